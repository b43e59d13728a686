/**
 * Counts, by address, recent connections that took a slot without signing in or entering as a guest.
 *
 * @module
 */

import { LruMap } from "../ground/lru_map.ts";

/** Number of levels: see {@linkcode FailedVisits.levelOf}. */
export const LEVELS = 5;
/** Number of addresses remembered; the least recently seen is dropped. */
const MAX_ADDRESSES = 20_000;
/** An address without another failed visit for this long starts from zero. */
const FORGET_MS = 10 * 60_000;

/** Counts failed visits by address. */
export class FailedVisits {
  readonly #steadyNow: () => number;
  readonly #byAddress = new LruMap<string, { readonly count: number; readonly at: number }>(
    MAX_ADDRESSES,
  );

  /** Starts from zero. @param steadyNow Monotonic clock, in milliseconds. */
  constructor(steadyNow: () => number) {
    this.#steadyNow = steadyNow;
  }

  /** Counts a failed visit. */
  note(address: string): void {
    const count = this.#countOf(address) + 1;
    this.#byAddress.remember(address, { count, at: this.#steadyNow() });
  }

  /** Resets the count, after a sign-in from this address. */
  forget(address: string): void {
    this.#byAddress.delete(address);
  }

  /** 0 for none, 1 for up to three, then one more for each factor of four; less than {@linkcode LEVELS}. */
  levelOf(address: string): number {
    const count = this.#countOf(address);
    return count === 0 ? 0 : Math.min(LEVELS - 1, 1 + Math.floor(Math.log2(count) / 2));
  }

  #countOf(address: string): number {
    const counted = this.#byAddress.get(address);
    return counted && this.#steadyNow() - counted.at < FORGET_MS ? counted.count : 0;
  }
}
