/**
 * How far the other side's clock is from ours, from pings and their answers (RFC 5905, section 8).
 *
 * @module
 */

/** Of so many last answers the one with the shortest round trip counts. */
const SAMPLES = 8;

/** The four times of a ping, each by the clock of the side where it was taken, in microseconds. */
export interface PingTimes {
  /** The ping left us. */
  readonly sentUs: number;
  /** The ping came to them. */
  readonly cameUs: number;
  /** The answer left them. */
  readonly leftUs: number;
  /** The answer came to us. */
  readonly backUs: number;
}

/**
 * Keeps the last few answers.
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

  /** Their clock less ours; `undefined` before the first answer. */
  get offsetUs(): number | undefined {
    return this.#best()?.offsetUs;
  }

  /** The shortest round trip of the last answers. */
  get roundTripUs(): number | undefined {
    return this.#best()?.roundTripUs;
  }

  /** Takes an answer; one whose times contradict each other is left out. */
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
