/**
 * Counts per key in fixed windows of time, over rate-limiter-flexible, with a bound on the memory it takes.
 *
 * The library keeps a record and a timer for each key until its window ends; here the keys least lately used are
 * forgotten when there are too many, and disposing stops every timer.
 *
 * @module
 */
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { LruMap } from "../lru_map.ts";
import { OK } from "./token_bucket.ts";
import type { Take } from "./token_bucket.ts";

/** So many points in so many seconds. */
export interface RateWindow {
  /** How many may be taken. */
  readonly points: number;
  /** How long the window is; it opens with the first take. */
  readonly seconds: number;
}

/**
 * Allows a key what each of several windows allows: a short one for bursts, longer ones for those who keep at it. Windows
 * are asked in their order; one that refuses keeps the later ones from counting.
 */
export class KeyedLimiter implements Disposable {
  readonly #limiters: readonly RateLimiterMemory[];
  readonly #keys: LruMap<string, true>;

  /**
   * A limiter that has counted nothing.
   *
   * @param maxKeys How many keys are remembered at most.
   */
  constructor(windows: readonly RateWindow[], maxKeys: number) {
    this.#limiters = windows.map(({ points, seconds }) =>
      new RateLimiterMemory({ points, duration: seconds })
    );
    this.#keys = new LruMap(maxKeys);
  }

  /** How many keys are remembered. */
  get size(): number {
    return this.#keys.size;
  }

  /** Takes a point of `key` in every window, or says how long to wait. */
  async take(key: string): Promise<Take> {
    for (const limiter of this.#limiters) {
      this.#remember(key);
      try {
        await limiter.consume(key);
      } catch (refusal) {
        if (!(refusal instanceof RateLimiterRes)) throw refusal;
        // The library goes by the wall clock here, which may have been set back since.
        const retryMs = Math.min(refusal.msBeforeNext, limiter.duration * 1_000);
        return { state: "limited", retryMs: Math.max(1, retryMs) };
      }
    }
    return OK;
  }

  /** Gives a point back that {@linkcode KeyedLimiter.take} took. */
  async giveBack(key: string): Promise<void> {
    for (const limiter of this.#limiters) {
      const record = await limiter.get(key);
      if (record === null || record.consumedPoints <= 0) continue;
      this.#remember(key);
      await limiter.reward(key, 1);
    }
  }

  /** Forgets every key and stops every timer. */
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
