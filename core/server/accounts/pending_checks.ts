/**
 * Running password checks by address. A check counts as a wrong password until it is done, so an attempt that would be
 * refused only because of running ones is tried again when one of them has ended.
 *
 * @module
 */

interface Checks {
  count: number;
  ended: PromiseWithResolvers<void>;
}

/** The password checks of one server, by address. */
export class PendingChecks {
  readonly #byAddress = new Map<string, Checks>();

  /** Begins a check for this address; disposing the result ends it. */
  begin(address: string): Disposable {
    const checks = this.#byAddress.get(address) ?? { count: 0, ended: Promise.withResolvers() };
    checks.count++;
    this.#byAddress.set(address, checks);
    return {
      [Symbol.dispose]: () => {
        if (--checks.count === 0) this.#byAddress.delete(address);
        checks.ended.resolve();
        checks.ended = Promise.withResolvers();
      },
    };
  }

  /** Resolves when the next check for this address has ended; undefined if none is running. */
  nextEnd(address: string): Promise<void> | undefined {
    return this.#byAddress.get(address)?.ended.promise;
  }
}
