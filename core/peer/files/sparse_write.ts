/**
 * Writing without taking room for zeros: long runs of them become holes, as they were in most files that have any.
 *
 * @module
 */

/** Shorter runs are written: a hole is worth a few blocks of the file system. */
const PIECE_BYTES = 64 * 1024;

/** The end of a file that is written from front to back. */
export interface SparseFile {
  /** Writes some of `bytes` and says how many. */
  write(bytes: Uint8Array): Promise<number>;
  /** Moves by `offset` and says where that is. */
  seek(offset: number, whence: Deno.SeekMode): Promise<number>;
  /** Sets the length. */
  truncate(length: number): Promise<void>;
}

/** Writes all of `bytes` at the end of `file`, where it is; afterwards the file is as long as if all had been written. */
export async function writeSparsely(file: SparseFile, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    const isHole = isZero(pieceAt(bytes, at));
    let end = at + PIECE_BYTES;
    while (end < bytes.length && isZero(pieceAt(bytes, end)) === isHole) end += PIECE_BYTES;
    end = Math.min(end, bytes.length);
    if (isHole) await file.truncate(await file.seek(end - at, Deno.SeekMode.Current));
    while (!isHole && at < end) at += await file.write(bytes.subarray(at, end));
    at = end;
  }
}

function pieceAt(bytes: Uint8Array, at: number): Uint8Array {
  return bytes.subarray(at, at + PIECE_BYTES);
}

/** Whether a whole piece is zeros; what is shorter is written. */
function isZero(piece: Uint8Array): boolean {
  if (piece.length < PIECE_BYTES || piece[0] !== 0 || piece.byteOffset % 4 !== 0) return false;
  return new Uint32Array(piece.buffer, piece.byteOffset, piece.length / 4)
    .every((word) => word === 0);
}
