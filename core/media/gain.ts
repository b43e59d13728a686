/** Loudness of raw sound. @module */

/** Highest allowed value, in per cent. */
export const MAX_VOLUME = 200;

/**
 * Makes 16-bit little-endian samples louder or softer, in pieces that may end inside a sample.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { Gain } from "./gain.ts";
 * const gain = new Gain();
 * gain.percent = 50;
 * const half = gain.apply(Uint8Array.from([200, 0, 156])); // 100 and the first byte of -100
 * assert.deepEqual([...half], [100, 0]);
 * assert.deepEqual([...gain.apply(Uint8Array.from([255]))], [206, 255]); // -50
 * ```
 */
export class Gain {
  /** 0 is silence, 100 leaves it as it is, 200 doubles the amplitude. */
  percent = 100;
  #odd: number | undefined;

  /** The samples that are complete with `bytes`. */
  apply(bytes: Uint8Array): Uint8Array {
    const lead = this.#odd === undefined ? 0 : 1;
    const length = lead + bytes.length;
    const samples = new Uint8Array(length - length % 2);
    if (lead === 1 && samples.length > 0) samples[0] = this.#odd!;
    samples.set(
      bytes.subarray(0, Math.max(0, samples.length - lead)),
      Math.min(lead, samples.length),
    );
    if (length % 2 === 0) this.#odd = undefined;
    else if (bytes.length > 0) this.#odd = bytes[bytes.length - 1];
    if (this.percent === 100) return samples;
    const view = new DataView(samples.buffer);
    const factor = this.percent / 100;
    for (let at = 0; at < samples.length; at += 2) {
      const sample = Math.round(view.getInt16(at, true) * factor);
      view.setInt16(at, Math.max(-32_768, Math.min(32_767, sample)), true);
    }
    return samples;
  }
}
