/** Time as a parameter, so that tests need not wait. @module */

/** What tells the time and waits. */
export interface Clock {
  /** Milliseconds that never go back; the start is arbitrary. */
  now(): number;
  /** Resolves after `ms` milliseconds; rejects with `signal.reason` when that comes first. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** The real time. */
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

/** The most that may pass between two looks at a {@linkcode wakingClock} and still count in full. */
const MAX_STEP_MS = 5_000;

/**
 * A steady clock that counts only the time in which this process ran: a machine's sleep, or a stop by a signal, counts for
 * at most {@linkcode MAX_STEP_MS}, so that nobody's deadline passes while nobody could keep it. It has to be looked at
 * about once a second.
 *
 * @param now Milliseconds that never go back; the start is arbitrary.
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

/** A wall clock that says less was never set: this program is not as old. */
export const EARLIEST_TIME: number = Date.UTC(2026, 0, 1);

/** The largest step back that {@linkcode wallClock} waits out. */
const MAX_WAIT_MS = 5_000;

/**
 * The clock on the wall, in milliseconds since 1970, without its small steps back: it stands still until the time has
 * caught up. A larger step it follows.
 *
 * @param now Milliseconds since 1970, as the system tells them.
 */
export function wallClock(now: () => number = Date.now): () => number {
  let seen = -Infinity;
  return () => {
    const present = now();
    if (present > seen || present < seen - MAX_WAIT_MS) seen = present;
    return seen;
  };
}

/** How long {@linkcode runWithin} waits, and what ends it earlier. */
export interface WithinOptions {
  /** How long the work may take, in milliseconds. */
  readonly ms: number;
  /** What measures it. */
  readonly clock: Clock;
  /** Ends the work from outside. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs `work` with a signal that aborts after `ms` milliseconds (with a `TimeoutError`), or when
 * `signal` does. It waits for the work to end, so the work has to heed its signal.
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
    () => {}, // done before its time
  );
  const signals = signal ? [signal, deadline.signal] : [deadline.signal];
  try {
    return await work(AbortSignal.any(signals));
  } finally {
    done.abort();
    await timer;
  }
}
