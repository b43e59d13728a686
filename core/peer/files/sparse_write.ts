/**
 * Sparse writes: long runs of zeros become holes.
 *
 * @module
 */

/** Shorter runs are written: a hole should save at least a few blocks of the file system. */
const PIECE_BYTES = 64 * 1024;

/** A file that is written sequentially. */
export interface SparseFile {
  /** Writes some of `bytes` and returns how many. */
  write(bytes: Uint8Array): Promise<number>;
  /** Moves by `offset` and returns the position. */
  seek(offset: number, whence: Deno.SeekMode): Promise<number>;
  /** Sets the length. */
  truncate(length: number): Promise<void>;
}

/** Appends `bytes` to `file`, which is positioned at its end; the length is as if all bytes had been written. */
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

/** Whether a whole piece is zeros; shorter pieces are always written. */
function isZero(piece: Uint8Array): boolean {
  if (piece.length < PIECE_BYTES || piece[0] !== 0 || piece.byteOffset % 4 !== 0) return false;
  return new Uint32Array(piece.buffer, piece.byteOffset, piece.length / 4)
    .every((word) => word === 0);
}
