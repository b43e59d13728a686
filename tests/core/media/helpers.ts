/** What the media tests share. @module */
import type { MediaFrame } from "../../../core/media/frame.ts";

/** Cuts bytes into parts at any places. */
export function splitAt(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const places = cuts.map((cut) => bytes.length === 0 ? 0 : cut % bytes.length).sort((a, b) =>
    a - b
  );
  return [...places, bytes.length].map((end, at) => bytes.subarray(at ? places[at - 1] : 0, end));
}

/** Opus packets of 20 ms with made-up content, as frames. */
export function opusFrames(count: number, startUs = 0): MediaFrame[] {
  return Array.from({ length: count }, (_, at) => ({
    track: "audio",
    key: true,
    timestampUs: startUs + at * 20_000,
    data: Uint8Array.from([0xf8, at & 0xff, 1]),
  }));
}
