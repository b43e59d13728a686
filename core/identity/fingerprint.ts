/**
 * Short names for certificates and keys: what people compare, and what is pinned.
 *
 * A *fingerprint* is the SHA-256 of a whole certificate, as `openssl x509 -fingerprint -sha256`
 * prints it: a new certificate has a new one. A *pin* is the SHA-256 of the public key alone
 * (RFC 5280, section 4.1.2.7, `SubjectPublicKeyInfo`): a renewed certificate with the same key keeps it.
 *
 * @module
 */
import { createHash, X509Certificate } from "node:crypto";

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
  return withColons(createHash("sha256").update(certDer).digest("hex"));
}

/**
 * A fingerprint as a person typed or pasted it, in the form of {@linkcode fingerprintOf}; undefined
 * when it is none. Any case, with or without colons, with or without `SHA256:` before it (or
 * `sha256 Fingerprint=`, which openssl puts there).
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
 * @throws {SyntaxError} When `cert` is no certificate, or has a kind of key that is not known here.
 */
export function pinOf(cert: Uint8Array | string): string {
  try {
    const spki = new X509Certificate(cert).publicKey.export({ type: "spki", format: "der" });
    return createHash("sha256").update(spki).digest("hex");
  } catch (cause) {
    throw new SyntaxError("Cannot read the certificate's public key", { cause });
  }
}

/** Whether `text` has the form of a pin. */
export function isPin(text: string): boolean {
  return PIN.test(text);
}

function withColons(hex: string): string {
  return hex.toUpperCase().replace(/..(?=.)/g, "$&:");
}
