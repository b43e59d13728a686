/**
 * Packs lines into datagrams, split at line ends.
 *
 * @module
 */
import { concatBytes } from "../ground/bytes.ts";

/** Most bytes in one datagram: small clients read that much at once, and networks do not fragment it. */
export const MAX_DATAGRAM_BYTES = 1024;

const encoder = new TextEncoder();

/**
 * Splits text into lines, each with its line end. A line longer than a datagram becomes several, split between characters.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { encodeLines } from "./datagrams.ts";
 * assert.deepEqual(encodeLines("one\ntwo\n").map((line) => line.length), [4, 4]);
 * assert.deepEqual(encodeLines("é".repeat(600) + "\n").map((line) => line.length), [1024, 177]);
 * ```
 */
export function encodeLines(text: string): Uint8Array[] {
  return text.split(/(?<=\n)/).filter((line) => line !== "").flatMap((line) => {
    const bytes = encoder.encode(line);
    const pieces: Uint8Array[] = [];
    for (let at = 0, end = 0; at < bytes.length; at = end) {
      end = Math.min(at + MAX_DATAGRAM_BYTES, bytes.length);
      while (end < bytes.length && isInsideCharacter(bytes[end]!)) end--;
      pieces.push(bytes.subarray(at, end));
    }
    return pieces;
  });
}

/** Number of lines, from the first on, that fit into one datagram. */
export function countThatFit(lines: readonly Uint8Array[]): number {
  let count = 0, size = 0;
  while (count < lines.length && size + lines[count]!.length <= MAX_DATAGRAM_BYTES) {
    size += lines[count++]!.length;
  }
  return count;
}

/**
 * Packs lines of {@linkcode encodeLines}, in order, into as few datagrams as possible.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { encodeLines, packLines } from "./datagrams.ts";
 * const lines = encodeLines("a\n".repeat(600));
 * assert.deepEqual(packLines(lines).map((datagram) => datagram.length), [1024, 176]);
 * ```
 */
export function packLines(lines: readonly Uint8Array[]): Uint8Array[] {
  const datagrams: Uint8Array[] = [];
  for (let rest = lines; rest.length > 0;) {
    const count = countThatFit(rest);
    datagrams.push(concatBytes(rest.slice(0, count)));
    rest = rest.slice(count);
  }
  return datagrams;
}

/** Bytes of all lines. */
export function sizeOf(lines: readonly Uint8Array[]): number {
  return lines.reduce((sum, { length }) => sum + length, 0);
}

function isInsideCharacter(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}
