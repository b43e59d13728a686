/** Background work that the end of a session waits for. @module */

/** A set of running promises. Their errors have to be handled where they are added. */
export class PendingWork {
  readonly #works = new Set<Promise<unknown>>();

  /** Adds work; it is removed when it is done. */
  add(work: Promise<unknown>): void {
    const entry = work.catch(() => {}).finally(() => this.#works.delete(entry)); // handled where it arose
    this.#works.add(entry);
  }

  /** Resolves when all work is done, including work added meanwhile. */
  async done(): Promise<void> {
    while (this.#works.size > 0) await Promise.all(this.#works);
  }
}
