/**
 * Distinguishes a file that has only grown, like a log, from one that was rewritten, by its first and last bytes.
 *
 * @module
 */
import { createHash } from "node:crypto";

/** Bytes compared at either end. */
const EDGE_BYTES = 4096;

/**
 * A short hash of the beginning and the end of the first `bytes` bytes of a file. Restores the file's position.
 *
 * @throws {Deno.errors.UnexpectedEof} When the file is shorter. Other errors of reading are thrown unchanged.
 */
export function edgesOf(file: Deno.FsFile, bytes: number): string {
  const place = file.seekSync(0, Deno.SeekMode.Current);
  try {
    const hash = createHash("sha256");
    const length = Math.min(bytes, EDGE_BYTES);
    for (const start of [0, bytes - length]) hash.update(readAt(file, start, length));
    return hash.digest("base64").slice(0, 22);
  } finally {
    file.seekSync(place, Deno.SeekMode.Start);
  }
}

function readAt(file: Deno.FsFile, start: number, length: number): Uint8Array {
  file.seekSync(start, Deno.SeekMode.Start);
  const buffer = new Uint8Array(length);
  for (let at = 0; at < length;) {
    const count = file.readSync(buffer.subarray(at));
    if (count === null) throw new Deno.errors.UnexpectedEof("The file is shorter");
    at += count;
  }
  return buffer;
}
