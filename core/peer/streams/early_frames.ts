/** The beginning of a stream, in memory. @module */
import type { MediaFrame } from "../../media/frame.ts";

/** Ten seconds of picture and sound: a player that cannot begin has failed by then, also on a slow machine. */
const MAX_FRAMES = 800;
/** The most memory they take. */
const MAX_BYTES = 4 * 1024 * 1024;

/**
 * Frames that are played and not kept: they can still be kept when it turns out that they cannot be played.
 * When there are too many, what there was is given up.
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
  /** Collecting up to the limits; given up at them; keeping whatever comes. */
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

  /** From here on no frame is given up: they are about to be taken. */
  keep(): void {
    this.#state = "keeping";
  }

  /** Takes out the oldest frame. */
  next(): MediaFrame | undefined {
    return this.#frames.shift();
  }
}
