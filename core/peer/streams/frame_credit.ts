/** How much a sender may send before the receiver allows more. @module */

/** Frames a live sender may have in flight: about a second. More would only come too late. */
const LIVE_FRAMES = 50;
/** Frames of a file in flight and waiting to be played: some five seconds. */
const PLAY_FRAMES = 256;
/** Frames of a file in flight when it is only saved, as fast as it comes. */
const SAVE_FRAMES = 4_096;

/**
 * Counts frames in, and says when the sender should be allowed more. Without it, minutes of sound
 * would wait in the buffers of the network, out of reach of a pause.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { FrameCredit } from "./frame_credit.ts";
 * const allowance = new FrameCredit("live");
 * const first = allowance.frames;
 * assert.equal(allowance.raise(0), undefined);
 * for (let i = 0; i < 20; i++) allowance.received();
 * assert.equal(allowance.raise(0), first + 20);
 * ```
 */
export class FrameCredit {
  readonly #window: number;
  #received = 0;
  #frames: number;

  /** Nothing has come yet. */
  constructor(use: "live" | "play" | "save") {
    this.#window = { live: LIVE_FRAMES, play: PLAY_FRAMES, save: SAVE_FRAMES }[use];
    this.#frames = this.#window;
  }

  /** How many frames may be sent in all. */
  get frames(): number {
    return this.#frames;
  }

  /** A frame came. */
  received(): void {
    this.#received++;
  }

  /**
   * The new number of frames, once a quarter of the window is used up.
   *
   * @param waiting Frames that came but are not played yet.
   */
  raise(waiting: number): number | undefined {
    const frames = this.#received - waiting + this.#window;
    if (frames - this.#frames < this.#window / 4) return undefined;
    return this.#frames = frames;
  }
}
