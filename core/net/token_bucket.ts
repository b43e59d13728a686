/**
 * A token bucket: how fast one connection may go on, cheap enough to be asked for every line.
 *
 * @module
 */

import type { Clock } from "../clock.ts";

/** Whether something may be done now; when not, how long to wait. */
export type Take = { readonly state: "ok" } | {
  readonly state: "limited";
  /** Time until it is worth another try. */
  readonly retryMs: number;
};

/** The one "ok" there is. */
export const OK: Take = Object.freeze({ state: "ok" });

/** Settings of a {@linkcode TokenBucket}. */
export interface TokenBucketOptions {
  /** Tokens in a full bucket: how many may be taken at once. */
  readonly burst: number;
  /** Tokens that come back each second; a whole number, as the burst. */
  readonly perSecond: number;
}

/** A token, in the thousandths that the bucket counts in: whole numbers, which adding up does not round. */
const TOKEN = 1_000;
const SECOND_MS = 1_000;

/**
 * Starts full; each take costs a token, and tokens come back with time, up to the burst. Time counts in whole
 * milliseconds, so that after the wait it asks for there are enough.
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
   * Takes tokens, or none when there are too few.
   *
   * @param nowMs Of any clock; when it goes backwards, no token comes back until it has caught up.
   */
  take(nowMs: number, tokens = 1): Take {
    this.#refill(nowMs);
    const missing = tokens * TOKEN - this.#level;
    if (missing > 0) return { state: "limited", retryMs: Math.ceil(missing / this.#perMs) };
    this.#level -= tokens * TOKEN;
    return OK;
  }

  /**
   * Takes tokens for what has been done already, on credit where there are too few.
   *
   * @returns how long to wait until nothing is owed, in milliseconds; 0 where nothing is.
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
 * Waits until the bucket gives a token.
 *
 * @throws {Error} `signal.reason` when that comes first.
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
