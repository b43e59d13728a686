/**
 * This client's identity towards other clients: a self-signed certificate, made on first use.
 *
 * @module
 */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { join } from "node:path";
import { EARLIEST_TIME } from "../ground/clock.ts";
import { readTextIfThere, withFileLock, writeFileAtomic } from "./atomic_file.ts";
import { pinOf } from "./fingerprint.ts";
import { fileFault, IdentityError } from "./identity_error.ts";
import { makeCertificate, type PemPair } from "./make_certificate.ts";
import { parsePemBlocks } from "./pem_blocks.ts";

/** Key and certificate in one file, so that they always match. */
const FILE = "identity.pem";
const VALID_DAYS = 3650;
/** A certificate with less time left than this is renewed, with the same key. */
const RENEW_BEFORE_MS = 90 * 86_400_000;
/**
 * The name in every client's certificate, and the only one a dialer accepts. Deno's TLS trusts the
 * well-known authorities besides the certificate it is given; none of them may issue for `.invalid`
 * (RFC 2606, section 2), so that with the name check on only the peer's own certificate passes.
 */
export const PEER_NAME = "chat-peer.invalid";

/** A certificate with its private key, for one side of a TLS link. */
export interface Identity {
  /** The certificate, PEM. */
  readonly certPem: string;
  /** The private key, PEM (PKCS #8). */
  readonly keyPem: string;
  /** The certificate, DER. */
  readonly certDer: Uint8Array<ArrayBuffer>;
  /** Lower-case hex SHA-256 of the SubjectPublicKeyInfo. */
  readonly pin: string;
}

/** Options for {@linkcode loadOrMakeIdentity}. */
export interface IdentityOptions {
  /** The current time; by default the system's clock. */
  readonly now?: Date;
}

/**
 * Reads this client's identity from `dir`, creating both on first use: `identity.pem` (mode 0600) in
 * a folder with mode 0700 if it is created here. Two processes that start at the same time
 * get the same identity. A certificate about to expire is renewed with the same key,
 * so the pin never changes. Needs `--allow-read` and `--allow-write` for `dir`.
 *
 * @throws {IdentityError} When the file exists but cannot be used. It is not replaced, since peers
 * would refuse another key.
 */
export async function loadOrMakeIdentity(
  dir: string,
  { now: clockTime = new Date() }: IdentityOptions = {},
): Promise<Identity> {
  const now = new Date(Math.max(clockTime.getTime(), EARLIEST_TIME));
  const path = join(dir, FILE);
  const found = await load(path);
  if (found !== undefined && !isDueForRenewal(found, now)) return found;
  try {
    await Deno.mkdir(dir, { recursive: true, mode: 0o700 });
    return await withFileLock(path, () => renewOrMake(path, now));
  } catch (error) {
    if (found !== undefined && !isExpired(found, now)) return found; // still valid
    throw fileFault("write", path, error);
  }
}

async function renewOrMake(path: string, now: Date): Promise<Identity> {
  const found = await load(path); // another process may have renewed it by now
  if (found !== undefined && !isDueForRenewal(found, now)) return found;
  const pair = await makeCertificate({
    names: [PEER_NAME],
    days: VALID_DAYS,
    now,
    validSince: new Date(0),
    ...(found === undefined ? {} : { keyPem: found.keyPem }),
  });
  await writeFileAtomic(path, pair.keyPem + pair.certPem, { mode: 0o600 });
  return toIdentity(pair);
}

async function load(path: string): Promise<Identity | undefined> {
  let text: string | undefined;
  try {
    text = await readTextIfThere(path);
  } catch (cause) {
    throw fileFault("read", path, cause);
  }
  if (text === undefined) return undefined;
  try {
    return toIdentity(splitPem(text));
  } catch (cause) {
    if (cause instanceof IdentityError) throw cause;
    throw new IdentityError("bad-pem", `Cannot use ${path}: not a key with its certificate`, {
      cause,
    });
  }
}

function splitPem(text: string): PemPair {
  const blocks = parsePemBlocks(text);
  const key = blocks.find(({ label }) => label.endsWith("PRIVATE KEY"));
  const certificate = blocks.find(({ label }) => label === "CERTIFICATE");
  if (!key || !certificate) throw new SyntaxError("Cannot find a key and a certificate");
  return { keyPem: key.text, certPem: certificate.text };
}

function toIdentity({ certPem, keyPem }: PemPair): Identity {
  const certificate = new X509Certificate(certPem);
  if (!certificate.checkPrivateKey(createPrivateKey(keyPem))) {
    throw new SyntaxError("Cannot use a key of another certificate");
  }
  return { certPem, keyPem, certDer: Uint8Array.from(certificate.raw), pin: pinOf(certPem) };
}

/** Also true for a certificate that is not valid yet, because it was made while the clock was ahead. */
function isDueForRenewal(identity: Identity, now: Date): boolean {
  const isNotYetValid = now.getTime() < Date.parse(new X509Certificate(identity.certPem).validFrom);
  return isNotYetValid || now.getTime() > expiryMs(identity) - RENEW_BEFORE_MS;
}

function isExpired(identity: Identity, now: Date): boolean {
  return now.getTime() > expiryMs(identity);
}

function expiryMs({ certPem }: Identity): number {
  return Date.parse(new X509Certificate(certPem).validTo);
}
