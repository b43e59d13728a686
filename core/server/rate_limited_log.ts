/**
 * For what may be said only so often, however often it happens.
 *
 * @module
 */

/**
 * Lets through one of many.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { RateLimitedLog } from "./rate_limited_log.ts";
 * const complaints = new RateLimitedLog(10_000);
 * assert.deepEqual(complaints.take(0), { missed: 0 });
 * assert.equal(complaints.take(1), undefined);
 * assert.deepEqual(complaints.take(10_000), { missed: 1 });
 * ```
 */
export class RateLimitedLog {
  #everyMs: number;
  #lastAt = -Infinity;
  #missed = 0;

  /** One every `everyMs`. */
  constructor(everyMs: number) {
    this.#everyMs = everyMs;
  }

  /** Asks for a turn at the time `now`, in milliseconds; gives how many had none since the last one. */
  take(now: number): { readonly missed: number } | undefined {
    if (now - this.#lastAt < this.#everyMs) {
      this.#missed++;
      return undefined;
    }
    const missed = this.#missed;
    this.#lastAt = now;
    this.#missed = 0;
    return { missed };
  }

  /** The next one has its turn. */
  reset(): void {
    this.#lastAt = -Infinity;
  }
}
