/**
 * Writes to the store, one after another: a later one never overtakes an earlier one, however long each takes.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import type { MaybePromise } from "../../ground/maybe_promise.ts";

const log = getLogger(["chat", "store"]);

/** Runs writes in order. */
export class WriteQueue {
  #last: Promise<void> | undefined;

  /** Runs `write`, at once when none is running, else after those before it. @returns its result. */
  run<T>(write: () => MaybePromise<T>): MaybePromise<T> {
    const written = this.#last ? this.#last.then(write) : write();
    if (written instanceof Promise) this.#follow(written);
    return written;
  }

  /** As {@linkcode WriteQueue.run}, for a write without a waiting caller: it handles the store's failures itself. */
  add(write: () => MaybePromise<void>): void {
    const written = this.run(write);
    if (!(written instanceof Promise)) return;
    written.catch((error) => log.error("write failed: {error}", { error }));
  }

  /** Settles when every write so far is done; `undefined` when none is running. */
  get settled(): MaybePromise<void> {
    return this.#last;
  }

  #follow(written: Promise<unknown>): void {
    const forget = () => {
      if (this.#last === last) this.#last = undefined;
    };
    const last: Promise<void> = written.then(forget, forget);
    this.#last = last;
  }
}
