/**
 * Limits how many password computations run at once: a flood of sign-ins uses a fixed part of the machine and does
 * not starve other sign-ins.
 *
 * @module
 */
import { FairQueue } from "./fair_queue.ts";

/** The value of a task, or "busy" when too many were waiting already. */
export type GateOutcome<T> = { readonly state: "done"; readonly value: T } | {
  readonly state: "busy";
};

/** Options for {@linkcode HashGate}. */
export interface HashGateOptions {
  /** How many tasks run at once; by default all cores but one. */
  readonly atOnce?: number;
  /** How many may wait; by default 16,384, since each is a connection with a slot. */
  readonly waiting?: number;
}

/** How a task waits for its turn. */
export interface Waiter {
  /** Removes the task from the queue when aborted; a task that has begun runs to its end. */
  readonly signal?: AbortSignal | undefined;
  /** The key of the fair queue, such as an address: keys take turns. */
  readonly from?: string | undefined;
  /** Runs before all others, as from an address that the account was signed in from before. */
  readonly isFirst?: boolean | undefined;
}

/**
 * Runs a limited number of tasks at once, queues a limited number, and refuses the rest.
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

  /** Creates a gate without tasks. */
  constructor(
    { atOnce = Math.max(1, navigator.hardwareConcurrency - 1), waiting = 16_384 }: HashGateOptions =
      {},
  ) {
    this.#atOnce = atOnce;
    this.#mostWaiting = waiting;
  }

  /** Number of queued tasks. */
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
    else await this.#wait(waiter);
    try {
      return { state: "done", value: await task() };
    } finally {
      this.#next();
    }
  }

  #wait({ signal, from = "", isFirst = false }: Waiter): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const queue = isFirst ? this.#first : this.#others;
    const leave = () => {
      queue.delete(from, enter);
      reject(signal?.reason);
    };
    const enter = () => {
      signal?.removeEventListener("abort", leave);
      resolve();
    };
    signal?.addEventListener("abort", leave, { once: true });
    queue.add(from, enter);
    return promise;
  }

  /** Gives the place of a finished task to the next one. */
  #next(): void {
    const enter = this.#first.next() ?? this.#others.next();
    if (enter === undefined) this.#running--;
    else enter();
  }
}
