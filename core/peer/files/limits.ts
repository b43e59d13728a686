/**
 * Limits of file transfers, with their reasons.
 *
 * @module
 */

/** Files and listed folders in one transfer: bounds the receiver's memory. */
export const MAX_ENTRIES = 100_000;
/** Longest path in an offer, in bytes of UTF-8: leaves room under the 4096 of most systems. */
export const MAX_PATH_BYTES = 1024;
/** Deepest nesting of folders. */
export const MAX_DEPTH = 32;
/** Longest name of one file or folder, in bytes, on the file systems in use. */
export const MAX_FILE_NAME_BYTES = 255;
/** Bytes of the whole list of files, as JSON. */
export const MAX_LIST_BYTES = 16 * 1024 * 1024;
/** Bytes of the lists of all unanswered offers together, which other clients can send unasked. */
export const MAX_UNANSWERED_LIST_BYTES = 32 * 1024 * 1024;
/** Memory of an entry of a list besides its text. */
export const LIST_ENTRY_BYTES = 100;
/** Largest total: numbers in JSON are exact up to here. */
export const MAX_TOTAL_BYTES = Number.MAX_SAFE_INTEGER;
/** Names in the first line of an offer; the list that follows has all of them. */
export const MAX_NAMES = 16;
/** The answer has 32 bytes in base64 for each verified chunk of a partial file. */
export const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

/** Bytes read, hashed and written at once: 1 MiB blocks the thread for less than a millisecond. */
export const BLOCK_BYTES = 1024 * 1024;
/** Smallest chunk of the map; a multiple of the block. */
export const MIN_CHUNK_BYTES = 8 * 1024 * 1024;
/** Most chunks in a map; larger files have larger chunks. */
export const MAX_CHUNKS = 65_536;
/**
 * From this size on, a hash is used whose state can be saved, so that a resumed transfer hashes
 * one chunk again instead of everything. It runs at a third of the speed of the built-in one.
 */
export const SAVED_STATE_BYTES = 8 * 1024 * 1024 * 1024;
/** Files up to this size are verified in memory before they are created. */
export const SMALL_FILE_BYTES = 256 * 1024;

/** Timeout of a running transfer without bytes in either direction. */
export const STALL_MS = 60_000;
/** Timeout of a goodbye. */
export const GOODBYE_MS = 5_000;

/**
 * The chunk size of a file's map: a power of two, at most {@linkcode MAX_CHUNKS} of them.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { chunkBytesOf } from "./limits.ts";
 * assert.equal(chunkBytesOf(5), 8 * 1024 ** 2);
 * assert.equal(chunkBytesOf(300 * 1024 ** 3), 8 * 1024 ** 2);
 * assert.equal(chunkBytesOf(1024 ** 4), 16 * 1024 ** 2);
 * ```
 */
export function chunkBytesOf(fileBytes: number): number {
  let chunkBytes = MIN_CHUNK_BYTES;
  while (chunkBytes * MAX_CHUNKS < fileBytes) chunkBytes *= 2;
  return chunkBytes;
}
