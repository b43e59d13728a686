/** Time as a parameter, so that tests need not wait. @module */

/** A source of time and timers. */
export interface Clock {
  /** Monotonic milliseconds with an arbitrary start. */
  now(): number;
  /** Resolves after `ms` milliseconds; rejects with `signal.reason` if the signal is aborted first. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** The system's clock. */
export const systemClock: Clock = {
  now: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const stop = () => {
        clearTimeout(timer);
        reject(signal.reason);
      };
      const timer = setTimeout(() => {
        signal.removeEventListener("abort", stop);
        resolve();
      }, ms);
      signal.addEventListener("abort", stop, { once: true });
    }),
};

/** The longest time between two readings of a {@linkcode wakingClock} that counts in full. */
const MAX_STEP_MS = 5_000;

/**
 * A monotonic clock that counts only the time in which this process ran: a machine's sleep, or a stop by a signal, counts
 * for at most {@linkcode MAX_STEP_MS}, so that deadlines do not pass while the process is suspended. It has to be read
 * about once a second.
 *
 * @param now Monotonic milliseconds with an arbitrary start.
 *
 * @example A night's sleep
 * ```ts
 * import assert from "node:assert/strict";
 * import { wakingClock } from "./clock.ts";
 * let time = 0;
 * const clock = wakingClock(() => time);
 * assert.equal((time = 1_000, clock()), 1_000);
 * assert.equal((time = 28_800_000, clock()), 6_000);
 * ```
 */
export function wakingClock(now: () => number = () => performance.now()): () => number {
  let seen = now();
  let elapsed = 0;
  return () => {
    const present = now();
    elapsed += Math.min(present - seen, MAX_STEP_MS);
    seen = present;
    return elapsed;
  };
}

/** A wall clock before this time has not been set: this program is newer. */
export const EARLIEST_TIME: number = Date.UTC(2026, 0, 1);

/** The largest backward step that {@linkcode wallClock} hides. */
const MAX_WAIT_MS = 5_000;

/**
 * The wall clock, in milliseconds since 1970, without small backward steps: it stands still until the time has
 * caught up. It follows larger steps.
 *
 * @param now The system's wall clock, in milliseconds since 1970.
 */
export function wallClock(now: () => number = Date.now): () => number {
  let seen = -Infinity;
  return () => {
    const present = now();
    if (present > seen || present < seen - MAX_WAIT_MS) seen = present;
    return seen;
  };
}

/** Options for {@linkcode runWithin}. */
export interface WithinOptions {
  /** Timeout in milliseconds. */
  readonly ms: number;
  /** The clock for the timeout. */
  readonly clock: Clock;
  /** Aborts the work earlier. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs `work` with a signal that aborts after `ms` milliseconds (with a `TimeoutError`), or when
 * `signal` does. It waits for the work to end, so the work has to observe its signal.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { runWithin, systemClock } from "./clock.ts";
 * const slow = (signal: AbortSignal) => systemClock.sleep(60_000, signal);
 * await assert.rejects(runWithin({ ms: 1, clock: systemClock }, slow), { name: "TimeoutError" });
 * ```
 */
export async function runWithin<T>(
  { ms, clock, signal }: WithinOptions,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const deadline = new AbortController();
  const done = new AbortController();
  const timer = clock.sleep(ms, done.signal).then(
    () => deadline.abort(new DOMException(`Not done within ${ms} ms`, "TimeoutError")),
    () => {}, // done before the timeout
  );
  const signals = signal ? [signal, deadline.signal] : [deadline.signal];
  try {
    return await work(AbortSignal.any(signals));
  } finally {
    done.abort();
    await timer;
  }
}
