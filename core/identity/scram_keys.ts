/**
 * The key derivation of SCRAM-SHA-256 (RFC 5802, section 3, with SHA-256 by RFC 7677).
 *
 * @module
 */
import { createHmac } from "node:crypto";
import { sha256Digest } from "../ground/bytes.ts";

/** The three keys derived from a salted password. */
export interface ScramKeys {
  /** Proves that the client knows the password. Never stored by a server. */
  readonly clientKey: Uint8Array;
  /** `SHA-256(clientKey)`. */
  readonly storedKey: Uint8Array;
  /** Proves that the server knows the account. */
  readonly serverKey: Uint8Array;
}

/** Salt and PBKDF2 rounds. */
export interface PasswordCost {
  /** Random bytes. */
  readonly salt: Uint8Array;
  /** How many rounds. */
  readonly iterations: number;
}

/**
 * The slow step: `Hi(password, salt, iterations)`, which is PBKDF2-HMAC-SHA256 with 32 bytes of output.
 *
 * Uses WebCrypto: it runs off the main thread like `node:crypto`, and is four times as fast on Deno.
 *
 * @param password Normalized by `preparePassword()`.
 */
export async function saltedPassword(
  password: string,
  { salt, iterations }: PasswordCost,
): Promise<Uint8Array> {
  const bytes = new TextEncoder().encode(password);
  const key = await crypto.subtle.importKey("raw", bytes, "PBKDF2", false, ["deriveBits"]);
  const params = { name: "PBKDF2", hash: "SHA-256", salt: new Uint8Array(salt), iterations };
  return new Uint8Array(await crypto.subtle.deriveBits(params, key, 256));
}

/** The fast step: from the salted password to the keys. */
export function scramKeys(salted: Uint8Array): ScramKeys {
  const clientKey = hmacSha256(salted, "Client Key");
  const serverKey = hmacSha256(salted, "Server Key");
  return { clientKey, storedKey: sha256Digest(clientKey), serverKey };
}

/** HMAC-SHA-256 of a text (UTF-8). */
export function hmacSha256(key: Uint8Array, text: string): Uint8Array {
  return new Uint8Array(createHmac("sha256", key).update(text).digest());
}
