/**
 * A histogram with fixed buckets, cheap to add to.
 *
 * @module
 */

/**
 * Counts values in buckets.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { Histogram } from "./histogram.ts";
 * const delays = new Histogram([1, 10, 100]);
 * for (const ms of [0.5, 0.7, 2, 250]) delays.add(ms);
 * assert.deepEqual(delays.counts, [2, 1, 0, 1]);
 * assert.equal(delays.quantile(0.75), 10);
 * ```
 */
export class Histogram {
  /** Upper bounds of the buckets, ascending. Larger values are counted in one more bucket. */
  readonly bounds: readonly number[];
  /** Number of values in each bucket: one more than there are bounds. */
  readonly counts: number[];
  /** Sum of all values. */
  sum = 0;
  /** The largest value. */
  max = 0;

  /** @param bounds Upper bounds of the buckets, ascending. */
  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.counts = Array(bounds.length + 1).fill(0);
  }

  /** Number of values. */
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

  /** Upper estimate of a quantile (`part` from 0 to 1): the bound of its bucket, or the largest value. */
  quantile(part: number): number {
    let rest = Math.ceil(this.count * part);
    for (const [at, bound] of this.bounds.entries()) {
      rest -= this.counts[at]!;
      if (rest <= 0) return Math.min(bound, this.max);
    }
    return this.max;
  }
}
