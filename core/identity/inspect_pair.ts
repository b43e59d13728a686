/**
 * Checks that a certificate and a private key can be used for a TLS port.
 *
 * @module
 */
import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { cleanText } from "../ground/text.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { IdentityError } from "./identity_error.ts";
import type { PemPair } from "./make_certificate.ts";
import { parsePemBlocks, type PemBlock } from "./pem_blocks.ts";

const EXPIRES_SOON_MS = 14 * 86_400_000;
const MIN_RSA_BITS = 2048;
const CURVES = ["prime256v1", "secp384r1", "secp521r1"];
/** PEM labels of certificates that TLS libraries ignore without an error. */
const CERTIFICATE_FORMS: ReadonlySet<string> = new Set([
  "CERTIFICATE",
  "X509 CERTIFICATE",
  "TRUSTED CERTIFICATE",
  "PKCS7",
  "CMS",
]);
const SAN = /(?:DNS|IP Address):("(?:[^"\\]|\\.)*"|[^,]*)/g;

/** The texts and the paths of the two files. */
export interface PairTexts {
  /** The certificate and its chain, PEM. */
  readonly certText: string;
  /** The private key, PEM. */
  readonly keyText: string;
  /** Path of the certificate, for messages. */
  readonly certPath: string;
  /** Path of the key, for messages. */
  readonly keyPath: string;
}

/** A valid certificate with its key. */
export interface ServerCertificate extends PemPair {
  /** SHA-256 of the leaf, in the form of {@linkcode fingerprintOf}. */
  readonly fingerprint: string;
  /** Start of its validity. */
  readonly notBefore: Date;
  /** End of its validity. */
  readonly notAfter: Date;
  /** Less than 14 days are left. */
  readonly expiresSoon: boolean;
  /** Its own issuer: clients can only trust it by its fingerprint. */
  readonly selfSigned: boolean;
  /** Its host names and addresses, safe to print; the subject's common name if it lists none. */
  readonly names: readonly string[];
}

/**
 * Checks a pair: both are PEM, the key is usable and not encrypted, it belongs to the first
 * certificate, each certificate is issued by the next, and the first is valid at `now`.
 *
 * @throws {IdentityError} With the first fault found, naming the file.
 */
export function inspectPair(texts: PairTexts, now: Date): ServerCertificate {
  const { certPath, keyPath } = texts;
  const key = readKey(texts);
  const chain = readChain(texts);
  const leaf = chain[0];
  if (!leaf.certificate.checkPrivateKey(key.object)) throw wrongLeaf(texts, chain, key.object);
  checkChain(chain, certPath);
  checkKeyKind(key.object, keyPath);
  const { notBefore, notAfter } = checkTime(leaf.certificate, certPath, now);
  return {
    certPem: chain.map(({ block }) => block.text).join(""),
    keyPem: key.block.text,
    fingerprint: fingerprintOf(leaf.certificate.raw),
    notBefore,
    notAfter,
    expiresSoon: notAfter.getTime() - now.getTime() < EXPIRES_SOON_MS,
    selfSigned: isIssuedBy(leaf.certificate, leaf.certificate),
    names: namesOf(leaf.certificate),
  };
}

interface Key {
  readonly block: PemBlock;
  readonly object: KeyObject;
}

interface Link {
  readonly block: PemBlock;
  readonly certificate: X509Certificate;
}

type Chain = readonly [Link, ...Link[]];

function readKey({ keyText, keyPath }: PairTexts): Key {
  const blocks = readBlocks(keyText, keyPath);
  const block = blocks.find(({ label }) => /(^| )PRIVATE KEY$/.test(label));
  if (block === undefined) throw badPem(keyPath, `no private key${found(blocks)}`);
  if (block.encrypted) {
    throw new IdentityError(
      "encrypted",
      `Cannot use ${keyPath}: the private key is locked with a passphrase; ` +
        "openssl pkey -in FILE -out FILE unlocks it",
    );
  }
  try {
    return { block, object: createPrivateKey(block.text) };
  } catch (cause) {
    throw badPem(keyPath, `the ${block.label.toLowerCase()} in it is damaged`, cause);
  }
}

function readChain({ certText, certPath }: PairTexts): Chain {
  const blocks = readBlocks(certText, certPath);
  blocks.forEach(({ label }, index) => {
    if (label === "CERTIFICATE" || !CERTIFICATE_FORMS.has(label)) return;
    const words = `block ${index + 1} in it is a ${label.toLowerCase()}`;
    throw badPem(certPath, `${words}; openssl x509 -in FILE -out FILE writes a plain one`);
  });
  const [first, ...rest] = blocks.filter(({ label }) => label === "CERTIFICATE")
    .map((block, index): Link => {
      try {
        return { block, certificate: new X509Certificate(block.text) };
      } catch (cause) {
        throw badPem(certPath, `certificate ${index + 1} in it is damaged`, cause);
      }
    });
  if (first === undefined) throw badPem(certPath, `no certificate${found(blocks)}`);
  return [first, ...rest];
}

function readBlocks(text: string, path: string): readonly PemBlock[] {
  try {
    return parsePemBlocks(text);
  } catch (cause) {
    throw badPem(path, cause instanceof Error ? cause.message : "not PEM", cause);
  }
}

function wrongLeaf({ certPath, keyPath }: PairTexts, chain: Chain, key: KeyObject): IdentityError {
  const at = chain.findIndex(({ certificate }) => certificate.checkPrivateKey(key));
  return at < 0
    ? new IdentityError(
      "key-mismatch",
      `Cannot use ${keyPath}: it is not the key of the certificate in ${certPath}`,
    )
    : new IdentityError(
      "bad-chain",
      `Cannot use ${certPath}: certificate ${at + 1} is the server's own and has to come first`,
    );
}

function checkChain(chain: Chain, certPath: string): void {
  chain.reduce((link, next, index) => {
    if (isIssuedBy(link.certificate, next.certificate)) return next;
    throw new IdentityError(
      "bad-chain",
      `Cannot use ${certPath}: certificate ${index} is not issued by the one after it`,
    );
  });
}

function checkKeyKind(key: KeyObject, keyPath: string): void {
  const kind = key.asymmetricKeyType;
  const { modulusLength = 0, namedCurve = "" } = key.asymmetricKeyDetails ?? {};
  if (kind === "ed25519" || (kind === "ec" && CURVES.includes(namedCurve))) return;
  if (kind === "rsa" && modulusLength >= MIN_RSA_BITS) return;
  const seen = [kind, namedCurve || modulusLength || ""].join(" ").trim();
  throw new IdentityError(
    "unsupported-key",
    `Cannot use ${keyPath}: a key of kind ${seen}; P-256, P-384, P-521, Ed25519 and RSA from ${MIN_RSA_BITS} bits work`,
  );
}

function checkTime(leaf: X509Certificate, certPath: string, now: Date) {
  const notBefore = new Date(leaf.validFrom);
  const notAfter = new Date(leaf.validTo);
  if (now > notAfter) {
    throw new IdentityError(
      "expired",
      `Cannot use ${certPath}: it expired on ${notAfter.toISOString()}`,
    );
  }
  if (now < notBefore) {
    throw new IdentityError(
      "not-yet-valid",
      `Cannot use ${certPath}: it is valid from ${notBefore.toISOString()}`,
    );
  }
  return { notBefore, notAfter };
}

/**
 * Compares the names only, as TLS clients do to build a chain; it establishes no trust. `verify()` would
 * reject valid signatures as well: Deno 2.9 supports neither RSA-PSS nor P-521 there, though its TLS does.
 */
function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return certificate.issuer === issuer.subject;
}

function namesOf(certificate: X509Certificate): readonly string[] {
  const names = Array.from(
    (certificate.subjectAltName ?? "").matchAll(SAN),
    ([, name = ""]) => name,
  );
  const common = /^CN=(.*)$/m.exec(certificate.subject)?.[1];
  return (names.length > 0 || common === undefined ? names : [common]).map(cleanText);
}

function badPem(path: string, why: string, cause?: unknown): IdentityError {
  return new IdentityError("bad-pem", `Cannot use ${path}: ${why}`, { cause });
}

function found(blocks: readonly PemBlock[]): string {
  const labels = [...new Set(blocks.map(({ label }) => label.toLowerCase()))].join(", ");
  return labels === "" ? ", nor any PEM block, in it" : ` in it, only: ${labels}`;
}
