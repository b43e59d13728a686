/**
 * A bound on how many password computations run and wait at once, so that a flood of sign-ins costs a fixed
 * part of the machine and not all of it.
 *
 * @module
 */

/** What became of a task: its value, or "busy" when too many were waiting already. */
export type GateOutcome<T> = { readonly state: "done"; readonly value: T } | {
  readonly state: "busy";
};

/** Settings of a {@linkcode HashGate}. */
export interface HashGateOptions {
  /** How many tasks run at once. 2 unless told: the machine has other work. */
  readonly atOnce?: number;
  /** How many may wait; at 0.1 s each, 256 are a wait of about 13 s. */
  readonly waiting?: number;
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
  readonly #waiting: number;
  readonly #line = new Set<() => void>();
  #running = 0;

  /** A gate with nobody in it. */
  constructor({ atOnce = 2, waiting = 256 }: HashGateOptions = {}) {
    this.#atOnce = atOnce;
    this.#waiting = waiting;
  }

  /** How many tasks wait in line. */
  get waiting(): number {
    return this.#line.size;
  }

  /**
   * Runs `task` when its turn comes: first come, first served.
   *
   * @param signal Leaves the line when aborted; a task that has begun runs to its end.
   * @throws What `task` threw, or `signal.reason`.
   */
  async run<T>(task: () => Promise<T>, signal?: AbortSignal): Promise<GateOutcome<T>> {
    signal?.throwIfAborted();
    if (this.#running < this.#atOnce) this.#running++;
    else if (this.#line.size >= this.#waiting) return { state: "busy" };
    else await this.#turn(signal);
    try {
      return { state: "done", value: await task() };
    } finally {
      this.#next();
    }
  }

  #turn(signal: AbortSignal | undefined): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const leave = () => {
      this.#line.delete(enter);
      reject(signal?.reason);
    };
    const enter = () => {
      signal?.removeEventListener("abort", leave);
      resolve();
    };
    signal?.addEventListener("abort", leave, { once: true });
    this.#line.add(enter);
    return promise;
  }

  /** Hands the place of a finished task to the first in line. */
  #next(): void {
    const [enter] = this.#line;
    if (enter === undefined) {
      this.#running--;
    } else {
      this.#line.delete(enter);
      enter();
    }
  }
}
