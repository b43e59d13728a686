/** Work that nobody waits for by itself, so that an end can wait for it. @module */

/** A set of running promises. None of them may reject unheard: whoever adds one deals with its errors. */
export class PendingWork {
  readonly #works = new Set<Promise<unknown>>();

  /** Adds work; it leaves by itself. */
  add(work: Promise<unknown>): void {
    const entry = work.catch(() => {}).finally(() => this.#works.delete(entry)); // told where it arose
    this.#works.add(entry);
  }

  /** Resolves when all work is done, also what was added meanwhile. */
  async done(): Promise<void> {
    while (this.#works.size > 0) await Promise.all(this.#works);
  }
}
