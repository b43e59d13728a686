/**
 * How old a frame is when it is handed to the player, by comparison of the two clocks.
 *
 * @module
 */
import { ClockSync, type PingTimes } from "./clock_sync.ts";

/** Each frame moves the figure by this share. */
const SHARE = 1 / 16;

/**
 * The latency of a live stream, from leaving the encoder to being handed on.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { StreamLatency } from "./latency.ts";
 * const latency = new StreamLatency();
 * // Their clock is 5 s ahead, the network takes 1 ms; their stream began at 7 s of their clock.
 * const times = { sentUs: 0, cameUs: 5_001_000, leftUs: 5_001_000, backUs: 2_000 };
 * latency.answered(times, 7_000_000);
 * latency.released(20_000, 2_120_000);
 * assert.equal(latency.ms, 100);
 * ```
 */
export class StreamLatency {
  readonly #sync = new ClockSync();
  #originUs: number | null = null;
  #ms: number | undefined;

  /** The figure, in milliseconds; `undefined` until the clocks are compared. */
  get ms(): number | undefined {
    return this.#ms;
  }

  /**
   * A ping was answered.
   *
   * @param originUs When, by their clock, a frame of time stamp 0 left the encoder.
   */
  answered(times: PingTimes, originUs: number | null): void {
    this.#sync.add(times);
    this.#originUs = originUs;
  }

  /** A frame was handed on, at `nowUs` of our clock. */
  released(timestampUs: number, nowUs: number): void {
    const { offsetUs } = this.#sync;
    if (offsetUs === undefined || this.#originUs === null) return;
    const ms = Math.max(0, (nowUs - (this.#originUs + timestampUs - offsetUs)) / 1_000);
    this.#ms = this.#ms === undefined ? ms : this.#ms + (ms - this.#ms) * SHARE;
  }
}
