/**
 * Limits how often a repeated event is logged.
 *
 * @module
 */

/**
 * Lets one event through per interval, and counts the others.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { RateLimitedLog } from "./rate_limited_log.ts";
 * const limited = new RateLimitedLog(10_000);
 * assert.deepEqual(limited.take(0), { missed: 0 });
 * assert.equal(limited.take(1), undefined);
 * assert.deepEqual(limited.take(10_000), { missed: 1 });
 * ```
 */
export class RateLimitedLog {
  #everyMs: number;
  #lastAt = -Infinity;
  #missed = 0;

  /** Lets one event through every `everyMs`. */
  constructor(everyMs: number) {
    this.#everyMs = everyMs;
  }

  /** Whether to log an event at `now`, in milliseconds; returns how many were not logged since the last one. */
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

  /** Lets the next event through. */
  reset(): void {
    this.#lastAt = -Infinity;
  }
}
