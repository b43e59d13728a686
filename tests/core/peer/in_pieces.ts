/** Bytes as a link gives them. @module */
import type { ByteSource } from "../../../core/peer/links/json_lines.ts";

/** Gives `bytes` in pieces: the nth read gets no more than `sizeOf(n)`, counted from 0. */
export function inPieces(bytes: Uint8Array, sizeOf: (turn: number) => number): ByteSource {
  let [at, turn] = [0, 0];
  return {
    read(into) {
      if (at === bytes.length) return Promise.resolve(null);
      const piece = bytes.subarray(at, at + Math.min(sizeOf(turn++), into.length));
      into.set(piece);
      at += piece.length;
      return Promise.resolve(piece.length);
    },
  };
}
