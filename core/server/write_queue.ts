/**
 * Writes to the store that no command waits for, one after another: a later one never overtakes an earlier one.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import type { MaybePromise } from "../maybe_promise.ts";

const log = getLogger(["chat", "store"]);

/** Writes that nobody waits for. */
export class WriteQueue {
  #last: Promise<void> | undefined;

  /** Runs `write`: at once when none is under way, else after those before it. It handles the store's failures itself. */
  add(write: () => MaybePromise<void>): void {
    if (this.#last) return this.#follow(this.#last.then(write));
    const written = write();
    if (written instanceof Promise) this.#follow(written);
  }

  /** Settles when what was added so far is written; `undefined` when nothing is under way. */
  get settled(): MaybePromise<void> {
    return this.#last;
  }

  #follow(written: Promise<void>): void {
    const last: Promise<void> = written
      .catch((error) => log.error("write failed: {error}", { error }))
      .finally(() => {
        if (this.#last === last) this.#last = undefined;
      });
    this.#last = last;
  }
}
