/**
 * Things that are done beside each other, but begin in the order in which they were asked for.
 *
 * @module
 */

/** A place in a row. `using` gives it up. */
export interface QueuedTurn extends Disposable {
  /** Resolves when all that were there before have given up theirs. */
  readonly come: Promise<void>;
  /** Gives it up: the next one may begin. May be called twice, and before it has come. */
  [Symbol.dispose](): void;
}

/**
 * Rows of turns, one for each key.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { TransferQueues } from "./transfer_queues.ts";
 * const turns = new TransferQueues();
 * const [first, second] = [turns.take("bob"), turns.take("bob")];
 * const order: string[] = [];
 * const waiting = second.come.then(() => order.push("second"));
 * order.push("first");
 * first[Symbol.dispose]();
 * await waiting;
 * assert.deepEqual(order, ["first", "second"]);
 * ```
 */
export class TransferQueues {
  readonly #last = new Map<string, Promise<void>>();

  /** Takes the next place of a row. */
  take(key: string): QueuedTurn {
    const come = this.#last.get(key) ?? Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    const over = come.then(() => promise);
    this.#last.set(key, over);
    void over.then(() => {
      if (this.#last.get(key) === over) this.#last.delete(key);
    });
    return { come, [Symbol.dispose]: resolve };
  }
}
