/**
 * A token bucket: a rate limit for one connection, cheap enough to be checked for every line.
 *
 * @module
 */

import type { Clock } from "../ground/clock.ts";

/** Whether something may be done now; if not, how long to wait. */
export type Take = { readonly state: "ok" } | {
  readonly state: "limited";
  /** Time until the next try can succeed. */
  readonly retryMs: number;
};

/** The shared "ok" result. */
export const OK: Take = Object.freeze({ state: "ok" });

/** Options for {@linkcode TokenBucket}. */
export interface TokenBucketOptions {
  /** Tokens in a full bucket: how many may be taken at once. */
  readonly burst: number;
  /** Tokens added each second; a whole number, like the burst. */
  readonly perSecond: number;
}

/** The bucket counts in thousandths of a token: integers, so that sums are exact. */
const TOKEN = 1_000;
const SECOND_MS = 1_000;

/**
 * Starts full; each take removes a token, and tokens are added over time, up to the burst. Time is counted in whole
 * milliseconds, so that the wait it returns is always enough.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { TokenBucket } from "./token_bucket.ts";
 * const bucket = new TokenBucket({ burst: 2, perSecond: 5 });
 * assert.equal(bucket.take(0).state, "ok");
 * assert.equal(bucket.take(0).state, "ok");
 * assert.deepEqual(bucket.take(0), { state: "limited", retryMs: 200 });
 * assert.equal(bucket.take(200).state, "ok");
 * ```
 */
export class TokenBucket {
  readonly #burst: number;
  readonly #perMs: number;
  #level: number;
  #atMs: number | undefined;

  /** A full bucket. */
  constructor({ burst, perSecond }: TokenBucketOptions) {
    this.#burst = burst * TOKEN;
    this.#perMs = perSecond * TOKEN / SECOND_MS;
    this.#level = this.#burst;
  }

  /**
   * Takes tokens, or none if there are too few.
   *
   * @param nowMs Time of any clock; if it goes backwards, no token is added until it has caught up.
   */
  take(nowMs: number, tokens = 1): Take {
    this.#refill(nowMs);
    const missing = tokens * TOKEN - this.#level;
    if (missing > 0) return { state: "limited", retryMs: Math.ceil(missing / this.#perMs) };
    this.#level -= tokens * TOKEN;
    return OK;
  }

  /**
   * Takes tokens for something that has been done already; the level may become negative.
   *
   * @returns how long to wait until the level is not negative, in milliseconds.
   */
  spend(nowMs: number, tokens: number): number {
    this.#refill(nowMs);
    this.#level -= tokens * TOKEN;
    return this.#level >= 0 ? 0 : Math.ceil(-this.#level / this.#perMs);
  }

  #refill(nowMs: number): void {
    const now = Math.floor(nowMs);
    const passedMs = now - (this.#atMs ?? now);
    if (passedMs > 0) this.#level = Math.min(this.#burst, this.#level + passedMs * this.#perMs);
    if (passedMs >= 0) this.#atMs = now;
  }
}

/**
 * Waits until a token can be taken.
 *
 * @throws {Error} `signal.reason` when the signal is aborted first.
 */
export async function takeToken(
  bucket: TokenBucket,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    const take = bucket.take(clock.now());
    if (take.state === "ok") return;
    await clock.sleep(take.retryMs, signal);
  }
}
