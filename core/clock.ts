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
