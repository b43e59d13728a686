/**
 * How often a measured value was how large: cheap to add to, and enough for a histogram.
 *
 * @module
 */

/**
 * Counts values by size.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { Histogram } from "./histogram.ts";
 * const delays = new Histogram([1, 10, 100]);
 * for (const ms of [0.5, 0.7, 2, 250]) delays.add(ms);
 * assert.deepEqual(delays.counts, [2, 1, 0, 1]);
 * assert.equal(delays.atMost(0.75), 10);
 * ```
 */
export class Histogram {
  /** Upper ends of the classes, growing. What is larger than the last is counted in one more class. */
  readonly bounds: readonly number[];
  /** How many values fell into each class: one more than there are bounds. */
  readonly counts: number[];
  /** Of all values. */
  sum = 0;
  /** The largest value. */
  max = 0;

  /** Takes the classes' upper ends, growing. */
  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.counts = Array(bounds.length + 1).fill(0);
  }

  /** How many values there were. */
  get count(): number {
    return this.counts.reduce((sum, count) => sum + count, 0);
  }

  /** Counts a value. */
  add(value: number): void {
    let at = 0;
    while (at < this.bounds.length && value > this.bounds[at]!) at++;
    this.counts[at]!++;
    this.sum += value;
    if (value > this.max) this.max = value;
  }

  /** The bound that this part (0 to 1) of the values does not exceed; the largest value beyond the last bound. */
  atMost(part: number): number {
    let rest = Math.ceil(this.count * part);
    for (const [at, bound] of this.bounds.entries()) {
      rest -= this.counts[at]!;
      if (rest <= 0) return Math.min(bound, this.max);
    }
    return this.max;
  }
}
