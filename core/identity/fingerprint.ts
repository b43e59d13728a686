/**
 * Hashes that identify certificates and keys: fingerprints for people to compare, and pins.
 *
 * A *fingerprint* is the SHA-256 of a whole certificate, as `openssl x509 -fingerprint -sha256`
 * prints it: a new certificate has a new one. A *pin* is the SHA-256 of the public key alone
 * (RFC 5280, section 4.1.2.7, `SubjectPublicKeyInfo`): a renewed certificate with the same key keeps it.
 *
 * @module
 */
import { type KeyObject, X509Certificate } from "node:crypto";
import { sha256Digest } from "../ground/bytes.ts";

const FINGERPRINT = /^(?:sha-?256(?: fingerprint)?\s*[:=]\s*)?([0-9a-f]{2}(?::?[0-9a-f]{2}){31})$/i;
const PIN = /^[0-9a-f]{64}$/;

/**
 * The SHA-256 of a certificate (DER): upper-case hex, a colon between bytes.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { fingerprintOf } from "./fingerprint.ts";
 * assert.match(fingerprintOf(new Uint8Array(3)), /^70:9E:80:C8:/);
 * ```
 */
export function fingerprintOf(certDer: Uint8Array): string {
  return withColons(sha256Digest(certDer).toHex());
}

/**
 * Parses a fingerprint that a person typed or pasted; undefined when it is invalid. The result has the form of
 * {@linkcode fingerprintOf}. Accepts any case, with or without colons, and the prefixes `SHA256:` and
 * `sha256 Fingerprint=` (openssl's).
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parseFingerprint } from "./fingerprint.ts";
 * const text = "SHA256:" + "0a".repeat(32);
 * assert.equal(parseFingerprint(text), Array(32).fill("0A").join(":"));
 * assert.equal(parseFingerprint("0a:0b"), undefined);
 * ```
 */
export function parseFingerprint(text: string): string | undefined {
  const hex = FINGERPRINT.exec(text.trim())?.[1];
  return hex === undefined ? undefined : withColons(hex.replaceAll(":", ""));
}

/**
 * The pin of a certificate (DER, or PEM text): lower-case hex SHA-256 of its SubjectPublicKeyInfo.
 *
 * @throws {SyntaxError} When `cert` is not a certificate, or has a key of an unknown type.
 */
export function pinOf(cert: Uint8Array | string): string {
  try {
    return pinOfKey(new X509Certificate(cert).publicKey);
  } catch (cause) {
    throw new SyntaxError("Cannot read the certificate's public key", { cause });
  }
}

/** The pin of a certificate with this public key. */
export function pinOfKey(key: KeyObject): string {
  return sha256Digest(key.export({ type: "spki", format: "der" })).toHex();
}

/** Whether `text` has the form of a pin. */
export function isPin(text: string): boolean {
  return PIN.test(text);
}

function withColons(hex: string): string {
  return hex.toUpperCase().replace(/..(?=.)/g, "$&:");
}
