/** The beginning of a stream, in memory. @module */
import type { MediaFrame } from "../../media/frame.ts";

/** Ten seconds of video and audio: a player that cannot start has failed by then, even on a slow machine. */
const MAX_FRAMES = 800;
/** Most bytes of all frames together. */
const MAX_BYTES = 4 * 1024 * 1024;

/**
 * The first frames of a stream that is played but not saved, so that they can be saved if playing fails. Discards them
 * when there are too many.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { EarlyFrames } from "./early_frames.ts";
 * const beginning = new EarlyFrames();
 * const frame = { track: "audio", key: true, timestampUs: 0, data: new Uint8Array(9) } as const;
 * beginning.add(frame);
 * assert.equal(beginning.next(), frame);
 * assert.equal(beginning.next(), undefined);
 * ```
 */
export class EarlyFrames {
  #frames: MediaFrame[] = [];
  #bytes = 0;
  /** `collecting`: up to the limits; `given-up`: limits exceeded; `keeping`: without limits. */
  #state: "collecting" | "given-up" | "keeping" = "collecting";

  /** Adds a frame, unless there were too many. */
  add(frame: MediaFrame): void {
    if (this.#state === "given-up") return;
    this.#frames.push(frame);
    this.#bytes += frame.data.length;
    const isTooMuch = this.#frames.length > MAX_FRAMES || this.#bytes > MAX_BYTES;
    if (!isTooMuch || this.#state === "keeping") return;
    this.#frames = [];
    this.#state = "given-up";
  }

  /** Keeps all frames from now on, since they are about to be read. */
  keep(): void {
    this.#state = "keeping";
  }

  /** Removes and returns the oldest frame. */
  next(): MediaFrame | undefined {
    return this.#frames.shift();
  }
}
