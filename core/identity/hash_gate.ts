/**
 * How many password computations run at once: a flood of sign-ins costs a fixed part of the machine and not all of it,
 * and keeps nobody with a right password from their turn.
 *
 * @module
 */
import { FairQueue } from "./fair_queue.ts";

/** What became of a task: its value, or "busy" when too many were waiting already. */
export type GateOutcome<T> = { readonly state: "done"; readonly value: T } | {
  readonly state: "busy";
};

/** Settings of a {@linkcode HashGate}. */
export interface HashGateOptions {
  /** How many tasks run at once; unless given, a core is left for all other work. */
  readonly atOnce?: number;
  /** How many may wait; 16,384 unless given, for each is a connection that has a slot. */
  readonly waiting?: number;
}

/** Who waits, and for how long. */
export interface Waiter {
  /** Leaves the line when aborted; a task that has begun runs to its end. */
  readonly signal?: AbortSignal | undefined;
  /** Where it comes from: origins take turns. */
  readonly from?: string | undefined;
  /** Comes before all others, as from where the account was signed in to before. */
  readonly isFirst?: boolean | undefined;
}

/**
 * Lets a few tasks run at once, a bounded number wait in line, and turns the rest away.
 *
 * @example The third task in a gate for one at a time and one waiting
 * ```ts
 * import assert from "node:assert/strict";
 * import { HashGate } from "./hash_gate.ts";
 * const gate = new HashGate({ atOnce: 1, waiting: 1 });
 * const tasks = [1, 2, 3].map((n) => gate.run(() => Promise.resolve(n)));
 * const states = (await Promise.all(tasks)).map((outcome) => outcome.state);
 * assert.deepEqual(states, ["done", "done", "busy"]);
 * ```
 */
export class HashGate {
  readonly #atOnce: number;
  readonly #mostWaiting: number;
  readonly #first = new FairQueue<() => void>();
  readonly #others = new FairQueue<() => void>();
  #running = 0;

  /** A gate with nobody in it. */
  constructor(
    { atOnce = Math.max(1, navigator.hardwareConcurrency - 1), waiting = 16_384 }: HashGateOptions =
      {},
  ) {
    this.#atOnce = atOnce;
    this.#mostWaiting = waiting;
  }

  /** How many tasks wait in line. */
  get waiting(): number {
    return this.#first.size + this.#others.size;
  }

  /**
   * Runs `task` when its turn comes.
   *
   * @throws What `task` threw, or the reason of the waiter's signal.
   */
  async run<T>(task: () => Promise<T>, waiter: Waiter = {}): Promise<GateOutcome<T>> {
    waiter.signal?.throwIfAborted();
    if (this.#running < this.#atOnce) this.#running++;
    else if (this.waiting >= this.#mostWaiting) return { state: "busy" };
    else await this.#turn(waiter);
    try {
      return { state: "done", value: await task() };
    } finally {
      this.#next();
    }
  }

  #turn({ signal, from = "", isFirst = false }: Waiter): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const line = isFirst ? this.#first : this.#others;
    const leave = () => {
      line.delete(from, enter);
      reject(signal?.reason);
    };
    const enter = () => {
      signal?.removeEventListener("abort", leave);
      resolve();
    };
    signal?.addEventListener("abort", leave, { once: true });
    line.add(from, enter);
    return promise;
  }

  /** Hands the place of a finished task to whoever is next. */
  #next(): void {
    const enter = this.#first.next() ?? this.#others.next();
    if (enter === undefined) this.#running--;
    else enter();
  }
}
