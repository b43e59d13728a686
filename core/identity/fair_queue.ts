/**
 * A queue that serves its keys in turns.
 *
 * @module
 */

/**
 * Items are queued under a key; keys take turns, and within a key the order is first in, first out.
 *
 * @example A key with many items does not delay a key with one
 * ```ts
 * import assert from "node:assert/strict";
 * import { FairQueue } from "./fair_queue.ts";
 * const queue = new FairQueue<string>();
 * for (const item of ["a1", "a2", "a3"]) queue.add("a", item);
 * queue.add("b", "b1");
 * assert.deepEqual([queue.next(), queue.next(), queue.next()], ["a1", "b1", "a2"]);
 * ```
 */
export class FairQueue<T> {
  readonly #byKey = new Map<string, Set<T>>();
  #size = 0;

  /** Number of queued items. */
  get size(): number {
    return this.#size;
  }

  /** Adds an item at the end of its key's queue. */
  add(key: string, item: T): void {
    const own = this.#byKey.get(key);
    if (own?.has(item)) return;
    if (own) own.add(item);
    else this.#byKey.set(key, new Set([item]));
    this.#size++;
  }

  /** Removes an item. @returns false when it is not queued. */
  delete(key: string, item: T): boolean {
    const own = this.#byKey.get(key);
    if (!own?.delete(item)) return false;
    if (own.size === 0) this.#byKey.delete(key);
    this.#size--;
    return true;
  }

  /** Removes and returns the next item. */
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
