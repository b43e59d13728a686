/**
 * A map of bounded size.
 *
 * @module
 */

/**
 * Keeps up to a number of entries; beyond that each new entry displaces the least recently remembered one.
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
   * @param max Number of entries kept.
   */
  constructor(max: number) {
    super();
    this.#max = max;
  }

  /**
   * Sets an entry and makes it the newest; `set()` does not change the order of an existing one.
   *
   * @returns the key that was displaced, if any.
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
