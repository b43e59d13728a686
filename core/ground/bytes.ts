/** Helpers for byte arrays. @module */
import { createHash } from "node:crypto";

const encoder = new TextEncoder();

/**
 * Joins byte arrays, in order, into a new one.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { concatBytes } from "./bytes.ts";
 * assert.deepEqual(concatBytes([Uint8Array.of(1, 2), Uint8Array.of(3)]), Uint8Array.of(1, 2, 3));
 * ```
 */
export function concatBytes(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  let length = 0;
  for (const part of parts) length += part.length;
  const joined = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/**
 * The length of the bytes without an incomplete UTF-8 character at their end (RFC 3629).
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { completeUtf8Length } from "./bytes.ts";
 * const coffee = new TextEncoder().encode("caf\u00e9");
 * assert.equal(completeUtf8Length(coffee), 5);
 * assert.equal(completeUtf8Length(coffee.subarray(0, 4)), 3);
 * ```
 */
export function completeUtf8Length(bytes: Uint8Array): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back]!;
    if ((byte & 0xc0) === 0x80) continue; // inside a character
    const needed = byte >= 0xf0 && byte < 0xf8 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc2 ? 2 : 1;
    return byte < 0xf8 && needed > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

/** Length of a text in UTF-8 bytes; fast for ASCII. */
export function encodedLength(text: string): number {
  // deno-lint-ignore no-control-regex -- ASCII only
  return /^[\x00-\x7f]*$/.test(text) ? text.length : encoder.encode(text).length;
}

/** The SHA-256 of some bytes: 32 bytes. */
export function sha256Digest(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(createHash("sha256").update(bytes).digest());
}
