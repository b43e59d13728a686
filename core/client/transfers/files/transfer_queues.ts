/**
 * Queues of work that runs concurrently but starts in the order in which it was requested.
 *
 * @module
 */

/** A place in a queue. `using` gives it up. */
export interface QueuedTurn extends Disposable {
  /** Resolves when all earlier places have been given up. */
  readonly come: Promise<void>;
  /** Gives up the place, so that the next may start. May be called twice, and before {@linkcode QueuedTurn.come}. */
  [Symbol.dispose](): void;
}

/**
 * Queues, one for each key.
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

  /** Takes the last place in a queue. */
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
