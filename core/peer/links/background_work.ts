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
      .catch(() => {}) // a failed call; its caller receives the error separately
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** Resolves when all work has ended, including work started in the meantime. */
  async done(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }
}
