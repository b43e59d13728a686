/** How many frames a sender may send before the receiver allows more. @module */

/** Frames a live sender may have in flight: about a second. More would only arrive too late. */
const LIVE_FRAMES = 50;
/** Frames of a file in flight or waiting to be played: about five seconds. */
const PLAY_FRAMES = 256;
/** Frames of a file in flight when it is only saved, as fast as possible. */
const SAVE_FRAMES = 4_096;

/**
 * Counts received frames, and decides when to allow the sender more. Without it, minutes of audio would wait in network
 * buffers, where a pause has no effect.
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

  /** Has received nothing yet. */
  constructor(use: "live" | "play" | "save") {
    this.#window = { live: LIVE_FRAMES, play: PLAY_FRAMES, save: SAVE_FRAMES }[use];
    this.#frames = this.#window;
  }

  /** Number of frames that may be sent in total. */
  get frames(): number {
    return this.#frames;
  }

  /** A frame was received. */
  received(): void {
    this.#received++;
  }

  /**
   * Returns the new number of frames, once a quarter of the window is used up.
   *
   * @param waiting Frames that were received but not played yet.
   */
  raise(waiting: number): number | undefined {
    const frames = this.#received - waiting + this.#window;
    if (frames - this.#frames < this.#window / 4) return undefined;
    return this.#frames = frames;
  }
}
