/**
 * Lets the rest of the program have its turn during long work.
 *
 * @module
 */
import { setImmediate } from "node:timers";

/** Work without a pause is at most this long, so that a key or a line of chat never waits long. */
const MAX_WORK_MS = 4;

let lastTurnMs = performance.now();

/**
 * Waits for one turn of the event loop, if the last was some milliseconds ago. Reads and writes
 * that are done at once do not give anybody a turn: a fast transfer would let nothing else live.
 */
export async function breathe(): Promise<void> {
  if (performance.now() - lastTurnMs < MAX_WORK_MS) return;
  await new Promise<void>((resolve) => setImmediate(resolve));
  lastTurnMs = performance.now();
}
