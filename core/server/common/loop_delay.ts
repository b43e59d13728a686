/**
 * Measures the event loop delay: how late a timer is.
 *
 * @module
 */
import type { Histogram } from "./histogram.ts";

/** Interval of the timer. */
const EVERY_MS = 100;

/** Adds the delays of a timer to `delaysMs`, in milliseconds, until disposed. */
export function watchLoop(delaysMs: Histogram): Disposable {
  let dueMs = performance.now() + EVERY_MS;
  const timer = setInterval(() => {
    const now = performance.now();
    delaysMs.add(Math.max(0, now - dueMs));
    dueMs = now + EVERY_MS;
  }, EVERY_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
