/**
 * Where a frame lands in a file that begins at 0 and has no long holes.
 *
 * @module
 */

/** A hole longer than this was a pause, not a loss: it is closed. */
const MAX_HOLE_US = 1_000_000;

/**
 * Moves time stamps so that the first is 0 and a pause takes no time. Going back is left as it is.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { Timeline } from "./timeline.ts";
 * const timeline = new Timeline();
 * assert.deepEqual([500, 520, 9_000_520].map((us) => timeline.place(us)), [0, 20, 40]);
 * ```
 */
export class Timeline {
  #shiftUs: number | undefined;
  #lastUs = 0;
  #stepUs = 0;

  /** The place of a time stamp, in microseconds; never negative. */
  place(timestampUs: number): number {
    this.#shiftUs ??= timestampUs;
    let placeUs = timestampUs - this.#shiftUs;
    if (placeUs > this.#lastUs + MAX_HOLE_US) {
      this.#shiftUs += placeUs - this.#lastUs - this.#stepUs;
      placeUs = timestampUs - this.#shiftUs;
    } else if (placeUs > this.#lastUs) {
      this.#stepUs = placeUs - this.#lastUs;
    }
    this.#lastUs = Math.max(this.#lastUs, placeUs);
    return Math.max(0, placeUs);
  }
}
