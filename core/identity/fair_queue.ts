/**
 * A waiting line in which each origin's turn comes as often as any other's.
 *
 * @module
 */

/**
 * Items wait under a key; keys take turns, and within a key whoever came first is first.
 *
 * @example Somebody with a hundred items does not hold up who has one
 * ```ts
 * import assert from "node:assert/strict";
 * import { FairQueue } from "./fair_queue.ts";
 * const line = new FairQueue<string>();
 * for (const item of ["a1", "a2", "a3"]) line.add("a", item);
 * line.add("b", "b1");
 * assert.deepEqual([line.next(), line.next(), line.next()], ["a1", "b1", "a2"]);
 * ```
 */
export class FairQueue<T> {
  readonly #byKey = new Map<string, Set<T>>();
  #size = 0;

  /** How many items wait. */
  get size(): number {
    return this.#size;
  }

  /** Adds an item at the end of its key's own line. */
  add(key: string, item: T): void {
    const own = this.#byKey.get(key);
    if (own?.has(item)) return;
    if (own) own.add(item);
    else this.#byKey.set(key, new Set([item]));
    this.#size++;
  }

  /** Takes an item out of the line. @returns false when it does not wait. */
  delete(key: string, item: T): boolean {
    const own = this.#byKey.get(key);
    if (!own?.delete(item)) return false;
    if (own.size === 0) this.#byKey.delete(key);
    this.#size--;
    return true;
  }

  /** Takes out the item whose turn it is. */
  next(): T | undefined {
    const [turn] = this.#byKey;
    if (!turn) return undefined;
    const [key, own] = turn;
    const [item] = own;
    this.#byKey.delete(key);
    if (item !== undefined) own.delete(item);
    if (own.size > 0) this.#byKey.set(key, own); // as the last key
    this.#size--;
    return item;
  }
}
