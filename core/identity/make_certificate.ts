/**
 * Makes self-signed certificates: P-256, not a CA, for servers and clients (RFC 5280).
 *
 * @module
 */
import { createPrivateKey, createPublicKey, randomBytes } from "node:crypto";
import { type SubjectName, toSubjectName } from "./subject_name.ts";

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const DAY_MS = 86_400_000;
/** Clocks differ: a certificate made now is valid on a machine that is a day behind. */
const BACKDATED_MS = DAY_MS;
/** Longest `commonName` (RFC 5280, appendix A.1, ub-common-name). */
const MAX_COMMON_NAME = 64;

/** The server's names on its own machine. */
export const LOCAL_NAMES: readonly string[] = ["localhost", "127.0.0.1", "::1"];

/** A certificate and its private key as PEM text. */
export interface PemPair {
  /** The certificate, followed by its chain if there is one. */
  readonly certPem: string;
  /** The private key (PKCS #8 when made here). */
  readonly keyPem: string;
}

/** Options for {@linkcode makeCertificate}. */
export interface CertificateOptions {
  /** Host names and IP addresses (subject alternative names); at least one. */
  readonly names: readonly string[];
  /** Days from now until it expires. Negative: it has expired. */
  readonly days: number;
  /** The subject; by default the first name. */
  readonly commonName?: string;
  /** A P-256 private key to keep, for a renewal; by default a new one is made. */
  readonly keyPem?: string;
  /** The current time; by default the system's clock. */
  readonly now?: Date;
  /** Start of validity, if earlier than a day ago: a clock may be set back later. */
  readonly validSince?: Date;
}

/**
 * Makes a self-signed certificate: P-256, `CA:FALSE`, for TLS servers and clients, with a random
 * serial number. It is valid since a day ago, or earlier with `validSince`.
 *
 * @throws {RangeError} When there is no name, or one is neither a host name nor an IP address.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { X509Certificate } from "node:crypto";
 * import { makeCertificate } from "./make_certificate.ts";
 * const { certPem } = await makeCertificate({ names: ["chat.example", "::1"], days: 30 });
 * assert.equal(new X509Certificate(certPem).subjectAltName, "DNS:chat.example, IP Address:::1");
 * ```
 */
export async function makeCertificate(options: CertificateOptions): Promise<PemPair> {
  const names = subjectNames(options.names);
  const keys = await keyPair(options.keyPem);
  const x509 = await loadX509();
  const nowMs = (options.now ?? new Date()).getTime();
  const notAfterMs = nowMs + options.days * DAY_MS;
  const notBeforeMs = Math.min(
    Math.min(nowMs, notAfterMs) - BACKDATED_MS,
    options.validSince?.getTime() ?? Infinity,
  );
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: randomSerial(),
    name: [{ CN: [commonName(options.commonName ?? names[0]?.value)] }],
    notBefore: new Date(notBeforeMs),
    notAfter: new Date(notAfterMs),
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([
        x509.ExtendedKeyUsage.serverAuth,
        x509.ExtendedKeyUsage.clientAuth,
      ]),
      new x509.SubjectAlternativeNameExtension([...names]),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  const pkcs8 = await crypto.subtle.exportKey("pkcs8", keys.privateKey);
  return {
    certPem: certificate.toString("pem").trimEnd() + "\n",
    keyPem: x509.PemConverter.encode(pkcs8, "PRIVATE KEY").trimEnd() + "\n",
  };
}

function subjectNames(names: readonly string[]): readonly SubjectName[] {
  const distinct = new Map<string, SubjectName>();
  for (const name of names) {
    const subject = toSubjectName(name);
    if (subject === undefined) {
      throw new RangeError(
        `Cannot put "${name}" into a certificate: neither host name nor IP address`,
      );
    }
    distinct.set(subject.value, subject);
  }
  if (distinct.size === 0) throw new RangeError("Cannot make a certificate without a name");
  return [...distinct.values()];
}

function commonName(name: string | undefined): string {
  return name === undefined || name.length > MAX_COMMON_NAME ? "chat" : name;
}

/** 16 random bytes: positive, and never with a leading zero (RFC 5280, section 4.1.2.2). */
function randomSerial(): string {
  const bytes = randomBytes(16);
  bytes[0] = 0x40 | ((bytes[0] ?? 0) & 0x3f);
  return bytes.toString("hex");
}

async function keyPair(keyPem: string | undefined): Promise<CryptoKeyPair> {
  if (keyPem === undefined) {
    return await crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  }
  const key = createPrivateKey(keyPem);
  const pkcs8 = Uint8Array.from(key.export({ type: "pkcs8", format: "der" }));
  const spki = Uint8Array.from(createPublicKey(key).export({ type: "spki", format: "der" }));
  return {
    privateKey: await crypto.subtle.importKey("pkcs8", pkcs8, ALGORITHM, true, ["sign"]),
    publicKey: await crypto.subtle.importKey("spki", spki, ALGORITHM, true, ["verify"]),
  };
}

/** Loaded on demand: it is large, and needs the metadata shim to be loaded first. */
async function loadX509(): Promise<typeof import("@peculiar/x509")> {
  await import("reflect-metadata");
  return await import("@peculiar/x509");
}
