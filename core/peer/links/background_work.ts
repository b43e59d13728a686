/** The background work of a peer service. @module */

/** Runs work in the background, until it ends or the service closes. */
export class BackgroundWork {
  readonly #closing: AbortSignal;
  readonly #running = new Set<Promise<void>>();

  /** @param closing Aborts when the service closes. */
  constructor(closing: AbortSignal) {
    this.#closing = closing;
  }

  /** Runs `work`, whose signal aborts when the service closes. Its errors are ignored. */
  runBeside(work: (signal: AbortSignal) => Promise<void>): void {
    const running = work(this.#closing)
      .catch(() => {}) // a call that failed; its caller gets the error by itself
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** Resolves when all work has ended, also what was begun meanwhile. */
  async done(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }
}
