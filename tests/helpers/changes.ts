/** Waiting for a state whose changes are announced. @module */
import { within } from "./deadline.ts";

const WAIT_MS = 30_000;

/** Lets tests wait for a condition that changes only with calls of {@linkcode Changes.tell}. */
export class Changes {
  #next = Promise.withResolvers<void>();

  /** Something has changed. */
  tell(): void {
    const { resolve } = this.#next;
    this.#next = Promise.withResolvers();
    resolve();
  }

  /** Waits until `isTrue`, which is evaluated at once and after every change. */
  async until(isTrue: () => boolean, what: string = String(isTrue)): Promise<void> {
    await within(this.#until(isTrue), WAIT_MS, () => `Not within ${WAIT_MS} ms: ${what}`);
  }

  async #until(isTrue: () => boolean): Promise<void> {
    while (!isTrue()) await this.#next.promise;
  }
}
