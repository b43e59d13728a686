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
