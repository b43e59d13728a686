/**
 * Every cap of the file transfers, with its reason.
 *
 * @module
 */

/** Files and listed folders in one transfer: what a receiver must keep in memory stays small. */
export const MAX_ENTRIES = 100_000;
/** Longest path in an offer, in bytes of UTF-8: leaves room under the 4096 of most systems. */
export const MAX_PATH_BYTES = 1024;
/** Most folders in each other. */
export const MAX_DEPTH = 32;
/** Longest name of one file or folder, in bytes, on the file systems in use. */
export const MAX_FILE_NAME_BYTES = 255;
/** Bytes of the whole list of files, as JSON. */
export const MAX_LIST_BYTES = 16 * 1024 * 1024;
/** Bytes of the lists of all offers together that wait for an answer: nobody has agreed to keep them yet. */
export const MAX_UNANSWERED_LIST_BYTES = 32 * 1024 * 1024;
/** What an entry of a list takes beside its text. */
export const LIST_ENTRY_BYTES = 100;
/** Largest total: what JSON's numbers hold exactly. */
export const MAX_TOTAL_BYTES = Number.MAX_SAFE_INTEGER;
/** Names told in the first line of an offer; the list that follows has them all. */
export const MAX_NAMES = 16;
/** The answer carries 32 bytes in base64 for each verified chunk of a half-received file. */
export const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

/** What is read, hashed and written in one go: 1 MiB keeps the thread for under a millisecond. */
export const BLOCK_BYTES = 1024 * 1024;
/** Smallest chunk of the map of what is verified; a multiple of the block. */
export const MIN_CHUNK_BYTES = 8 * 1024 * 1024;
/** Most chunks in a map; larger files have larger chunks. */
export const MAX_CHUNKS = 65_536;
/**
 * From this size on, a hash is used whose state can be saved, so that a resumed transfer hashes
 * one chunk again instead of everything. It runs at a third of the speed of the one built in.
 */
export const SAVED_STATE_BYTES = 8 * 1024 * 1024 * 1024;
/** Files up to this size are verified in memory before they are made. */
export const SMALL_FILE_BYTES = 256 * 1024;

/** How long a running transfer may stand still before it is given up. */
export const STALL_MS = 60_000;
/** How long a goodbye may take. */
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
