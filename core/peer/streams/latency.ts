/**
 * The age of frames when they are passed to the player, computed from the clocks of both sides.
 *
 * @module
 */
import { ClockSync, type PingTimes } from "./clock_sync.ts";

/** Weight of each frame in the moving average. */
const SHARE = 1 / 16;

/**
 * The latency of a live stream, from the encoder to the player.
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

  /** The latency in milliseconds; `undefined` until the clocks are compared. */
  get ms(): number | undefined {
    return this.#ms;
  }

  /**
   * A ping was answered.
   *
   * @param originUs When a frame of time stamp 0 left the encoder, by their clock.
   */
  answered(times: PingTimes, originUs: number | null): void {
    this.#sync.add(times);
    this.#originUs = originUs;
  }

  /** A frame was passed to the player at `nowUs` of our clock. */
  released(timestampUs: number, nowUs: number): void {
    const { offsetUs } = this.#sync;
    if (offsetUs === undefined || this.#originUs === null) return;
    const ms = Math.max(0, (nowUs - (this.#originUs + timestampUs - offsetUs)) / 1_000);
    this.#ms = this.#ms === undefined ? ms : this.#ms + (ms - this.#ms) * SHARE;
  }
}
