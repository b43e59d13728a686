/**
 * Which addresses have passwords being checked: a check counts as a wrong one until it is over, so who would have to
 * wait for that alone asks again when one has ended.
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

  /** A check for this address begins; it is over when the answer is disposed of. */
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

  /** Resolves when the next check for this address is over; undefined where there is none. */
  nextEnd(address: string): Promise<void> | undefined {
    return this.#byAddress.get(address)?.ended.promise;
  }
}
