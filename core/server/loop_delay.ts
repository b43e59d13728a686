/**
 * How long the event loop is held up: a timer that is late by as much.
 *
 * @module
 */
import type { Histogram } from "./histogram.ts";

/** How often to look. */
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
