/**
 * Arrival statistics of one track: jitter (RFC 3550, section 6.4.1) and the recent minimum of the transit time.
 *
 * @module
 */

/** The minimum is taken over the last one or two spans of this length. */
const SPAN_MS = 5_000;

/**
 * Statistics of one track. A transit time is arrival time minus time stamp, so it is meaningful only in
 * comparison with another one: the two clocks need not agree.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ArrivalJitter } from "./jitter.ts";
 * const arrivals = new ArrivalJitter();
 * for (let at = 0; at < 1000; at += 20) arrivals.add(at * 1_000, at + 7); // always 7 ms in transit
 * assert.equal(arrivals.jitterMs, 0);
 * assert.equal(arrivals.shortestMs, 7);
 * ```
 */
export class ArrivalJitter {
  #lastMs: number | undefined;
  #jitterMs = 0;
  #spanStartMs = -Infinity;
  #shortestMs = Infinity;
  #beforeMs = Infinity;

  /** Interarrival jitter: the mean difference in spacing between sending and arriving. */
  get jitterMs(): number {
    return this.#jitterMs;
  }

  /** The recent minimum of the transit time, in milliseconds. */
  get shortestMs(): number {
    return Math.min(this.#shortestMs, this.#beforeMs);
  }

  /** A frame of `timestampUs` arrived at `nowMs`. */
  add(timestampUs: number, nowMs: number): void {
    const wayMs = nowMs - timestampUs / 1_000;
    if (this.#lastMs !== undefined) {
      this.#jitterMs += (Math.abs(wayMs - this.#lastMs) - this.#jitterMs) / 16;
    }
    this.#lastMs = wayMs;
    if (nowMs - this.#spanStartMs > SPAN_MS) {
      this.#spanStartMs = nowMs;
      this.#beforeMs = this.#shortestMs;
      this.#shortestMs = wayMs;
    } else {
      this.#shortestMs = Math.min(this.#shortestMs, wayMs);
    }
  }

  /** Restarts the minimum with a frame of `timestampUs` that arrived at `nowMs`. */
  moveTo(timestampUs: number, nowMs: number): void {
    this.#spanStartMs = nowMs;
    this.#beforeMs = Infinity;
    this.#shortestMs = nowMs - timestampUs / 1_000;
  }
}
