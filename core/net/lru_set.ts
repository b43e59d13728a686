/**
 * A set of bounded size.
 *
 * @module
 */

/**
 * Remembers texts up to a number; then the one that was added longest ago is forgotten for each new one. Adding again
 * makes a text the newest.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { LruSet } from "./lru_set.ts";
 * const set = new LruSet(2);
 * for (const text of ["a", "b", "a"]) set.add(text);
 * assert.equal(set.add("c"), "b");
 * assert.deepEqual([...set], ["a", "c"]);
 * ```
 */
export class LruSet implements Iterable<string> {
  readonly #max: number;
  readonly #texts = new Set<string>();

  /**
   * An empty set.
   *
   * @param max How many are remembered.
   */
  constructor(max: number) {
    this.#max = max;
  }

  /** How many are remembered now. */
  get size(): number {
    return this.#texts.size;
  }

  /** Whether `text` is remembered. */
  has(text: string): boolean {
    return this.#texts.has(text);
  }

  /** Remembers `text`. @returns the text that was forgotten for it, if one was. */
  add(text: string): string | undefined {
    this.#texts.delete(text);
    this.#texts.add(text);
    if (this.#texts.size <= this.#max) return undefined;
    const [oldest] = this.#texts;
    if (oldest !== undefined) this.#texts.delete(oldest);
    return oldest;
  }

  /** Forgets all. */
  clear(): void {
    this.#texts.clear();
  }

  /** Oldest first. */
  [Symbol.iterator](): Iterator<string> {
    return this.#texts.values();
  }
}
