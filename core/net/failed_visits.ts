/**
 * Which addresses have had slots lately without anybody who entered or signed in.
 *
 * @module
 */

import { LruMap } from "../lru_map.ts";

/** How many levels there are: see {@linkcode FailedVisits.levelOf}. */
export const LEVELS = 5;
/** How many addresses are remembered; the least lately seen is forgotten. */
const MAX_ADDRESSES = 20_000;
/** After so long without another, an address begins anew. */
const FORGET_MS = 10 * 60_000;

/** Counts the slots that came to nothing, by address. */
export class FailedVisits {
  readonly #steadyNow: () => number;
  readonly #byAddress = new LruMap<string, { readonly count: number; readonly at: number }>(
    MAX_ADDRESSES,
  );

  /** Nothing counted yet. @param steadyNow Milliseconds that never go back. */
  constructor(steadyNow: () => number) {
    this.#steadyNow = steadyNow;
  }

  /** A slot of this address came to nothing. */
  note(address: string): void {
    const count = this.#countOf(address) + 1;
    this.#byAddress.remember(address, { count, at: this.#steadyNow() });
  }

  /** Somebody signed in from there. */
  forget(address: string): void {
    this.#byAddress.delete(address);
  }

  /** 0 for none, 1 for up to three, then one more for each four times as many; less than {@linkcode LEVELS}. */
  levelOf(address: string): number {
    const count = this.#countOf(address);
    return count === 0 ? 0 : Math.min(LEVELS - 1, 1 + Math.floor(Math.log2(count) / 2));
  }

  #countOf(address: string): number {
    const counted = this.#byAddress.get(address);
    return counted && this.#steadyNow() - counted.at < FORGET_MS ? counted.count : 0;
  }
}
