/**
 * The offset of the other side's clock from ours, computed from pings and their answers (RFC 5905, section 8).
 *
 * @module
 */

/** Number of recent answers of which the one with the shortest round trip is used. */
const SAMPLES = 8;

/** The four times of a ping, each by the clock of the side that measured it, in microseconds. */
export interface PingTimes {
  /** When we sent the ping. */
  readonly sentUs: number;
  /** When they received the ping. */
  readonly cameUs: number;
  /** When they sent the answer. */
  readonly leftUs: number;
  /** When we received the answer. */
  readonly backUs: number;
}

/**
 * Keeps the most recent answers.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ClockSync } from "./clock_sync.ts";
 * const sync = new ClockSync();
 * sync.add({ sentUs: 100, cameUs: 5_110, leftUs: 5_120, backUs: 130 });
 * assert.equal(sync.offsetUs, 5_000);
 * assert.equal(sync.roundTripUs, 20);
 * ```
 */
export class ClockSync {
  #samples: { readonly offsetUs: number; readonly roundTripUs: number }[] = [];

  /** Their clock minus ours; `undefined` before the first answer. */
  get offsetUs(): number | undefined {
    return this.#best()?.offsetUs;
  }

  /** The shortest round trip of the recent answers. */
  get roundTripUs(): number | undefined {
    return this.#best()?.roundTripUs;
  }

  /** Adds an answer; ignores one with contradictory times. */
  add({ sentUs, cameUs, leftUs, backUs }: PingTimes): void {
    const roundTripUs = backUs - sentUs - (leftUs - cameUs);
    if (leftUs < cameUs || backUs < sentUs || roundTripUs < 0) return;
    this.#samples.push({ offsetUs: (cameUs - sentUs + (leftUs - backUs)) / 2, roundTripUs });
    if (this.#samples.length > SAMPLES) this.#samples.shift();
  }

  #best() {
    let best = this.#samples[0];
    for (const sample of this.#samples) {
      if (best === undefined || sample.roundTripUs <= best.roundTripUs) best = sample;
    }
    return best;
  }
}
