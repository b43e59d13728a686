/**
 * A map of bounded size.
 *
 * @module
 */

/**
 * Remembers entries up to a number; then the one that was remembered longest ago is forgotten for each new one.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { LruMap } from "./lru_map.ts";
 * const map = new LruMap<string, number>(2);
 * for (const [at, key] of ["a", "b", "a"].entries()) map.remember(key, at);
 * assert.equal(map.remember("c", 3), "b");
 * assert.deepEqual([...map], [["a", 2], ["c", 3]]);
 * ```
 */
export class LruMap<K, V> extends Map<K, V> {
  readonly #max: number;

  /**
   * An empty map.
   *
   * @param max How many entries are remembered.
   */
  constructor(max: number) {
    super();
    this.#max = max;
  }

  /**
   * Makes an entry the newest, new or not; `set()` leaves one where it is.
   *
   * @returns the key that was forgotten for it, if one was.
   */
  remember(key: K, value: V): K | undefined {
    this.delete(key);
    this.set(key, value);
    if (this.size <= this.#max) return undefined;
    const [oldest] = this.keys();
    if (oldest !== undefined) this.delete(oldest);
    return oldest;
  }
}
