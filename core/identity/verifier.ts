/**
 * What a server stores of a password: enough to check it, not enough to sign in with it.
 *
 * @module
 */

/**
 * The SCRAM-SHA-256 keys of one password (RFC 5802, section 3). SASL PLAIN and SCRAM-SHA-256 are both checked
 * against it. All four fields are safe to store, but may be shown to the account's owner only.
 */
export interface Verifier {
  /** PBKDF2 rounds. */
  readonly iterations: number;
  /** Random, one for each password. */
  readonly salt: Uint8Array;
  /** `SHA-256(ClientKey)`, 32 bytes: checks the client. */
  readonly storedKey: Uint8Array;
  /** 32 bytes: lets the server prove that it knows the account. */
  readonly serverKey: Uint8Array;
}

const FORM =
  /^SCRAM-SHA-256\$([1-9][0-9]{0,9}):([A-Za-z0-9+/=]{1,344})\$([A-Za-z0-9+/]{43}=):([A-Za-z0-9+/]{43}=)$/;

/**
 * Formats a verifier as one line, in the form of RFC 5803 that other servers use as well:
 * `SCRAM-SHA-256$ITERATIONS:SALT$STORED_KEY:SERVER_KEY`.
 */
export function formatVerifier({ iterations, salt, storedKey, serverKey }: Verifier): string {
  return `SCRAM-SHA-256$${iterations}:${salt.toBase64()}$${storedKey.toBase64()}:${serverKey.toBase64()}`;
}

/**
 * Parses the form of {@linkcode formatVerifier}.
 *
 * @returns `undefined` when `text` has another form.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { formatVerifier, parseVerifier } from "./verifier.ts";
 * const key = new Uint8Array(32).fill(7);
 * const verifier = { iterations: 4096, salt: new Uint8Array(16), storedKey: key, serverKey: key };
 * assert.deepEqual(parseVerifier(formatVerifier(verifier)), verifier);
 * assert.equal(parseVerifier("hunter2"), undefined);
 * ```
 */
export function parseVerifier(text: string): Verifier | undefined {
  const [, iterations, salt, storedKey, serverKey] = FORM.exec(text) ?? [];
  if (!iterations || !salt || !storedKey || !serverKey) return undefined;
  try {
    return {
      iterations: Number(iterations),
      salt: Uint8Array.fromBase64(salt),
      storedKey: Uint8Array.fromBase64(storedKey),
      serverKey: Uint8Array.fromBase64(serverKey),
    };
  } catch {
    return undefined; // not base64 after all: another form, too
  }
}

/** Whether two verifiers are the same; a new one of the same password has another salt. */
export function isSameVerifier(one: Verifier, other: Verifier): boolean {
  return formatVerifier(one) === formatVerifier(other);
}
