/**
 * Rate limits per key in fixed time windows, with rate-limiter-flexible and bounded memory.
 *
 * The library keeps a record and a timer for each key until its window ends; here the least recently used keys are
 * dropped when there are too many, and disposing stops every timer.
 *
 * @module
 */
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { LruMap } from "../ground/lru_map.ts";
import type { Take } from "./token_bucket.ts";
import { OK } from "./token_bucket.ts";

/** A number of points per number of seconds. */
export interface RateWindow {
  /** How many may be taken in the window. */
  readonly points: number;
  /** Length of the window, which begins with the first take. */
  readonly seconds: number;
}

/**
 * Limits a key by several windows: a short one for bursts, longer ones for the sustained rate. They are checked in
 * order; after one that refuses, the later ones are not counted.
 */
export class KeyedLimiter implements Disposable {
  readonly #limiters: readonly RateLimiterMemory[];
  readonly #keys: LruMap<string, true>;

  /**
   * Starts from zero.
   *
   * @param maxKeys Number of keys remembered at most.
   */
  constructor(windows: readonly RateWindow[], maxKeys: number) {
    this.#limiters = windows.map(({ points, seconds }) =>
      new RateLimiterMemory({ points, duration: seconds })
    );
    this.#keys = new LruMap(maxKeys);
  }

  /** Number of keys remembered. */
  get size(): number {
    return this.#keys.size;
  }

  /** Takes a point of `key` in every window, or returns how long to wait. */
  async take(key: string): Promise<Take> {
    for (const limiter of this.#limiters) {
      this.#remember(key);
      try {
        await limiter.consume(key);
      } catch (refusal) {
        if (!(refusal instanceof RateLimiterRes)) throw refusal;
        // The library uses the wall clock, which may have been set back since.
        const retryMs = Math.min(refusal.msBeforeNext, limiter.duration * 1_000);
        return { state: "limited", retryMs: Math.max(1, retryMs) };
      }
    }
    return OK;
  }

  /** Returns a point taken by {@linkcode KeyedLimiter.take}. */
  async giveBack(key: string): Promise<void> {
    for (const limiter of this.#limiters) {
      const record = await limiter.get(key);
      if (record === null || record.consumedPoints <= 0) continue;
      this.#remember(key);
      await limiter.reward(key, 1);
    }
  }

  /** Drops every key and stops every timer. */
  [Symbol.dispose](): void {
    for (const key of this.#keys.keys()) this.#forget(key);
    this.#keys.clear();
  }

  #remember(key: string): void {
    const forgotten = this.#keys.remember(key, true);
    if (forgotten !== undefined) this.#forget(forgotten);
  }

  #forget(key: string): void {
    for (const limiter of this.#limiters) void limiter.delete(key);
  }
}
