/**
 * Lets the rest of the program have its turn during long work.
 *
 * By a timer: a loop that waits for `setImmediate()` instead is run again before Deno (2.9) looks at its sockets, so that
 * a line of chat waits for a hundred milliseconds while the loop believes to be polite.
 *
 * @module
 */

/** Work without a pause is at most this long, so that a key or a line of chat never waits long. */
const MAX_WORK_MS = 4;

let restedAt = performance.now();

/** Waits until everybody else had a turn, reads and writes that are done included. */
export function yieldTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/**
 * Waits for a turn of everybody else, if the last was some milliseconds ago; to be called in any loop that may be long.
 * Reads and writes that are done at once give nobody a turn: a fast transfer would let nothing else live.
 */
export async function breathe(): Promise<void> {
  if (performance.now() - restedAt < MAX_WORK_MS) return;
  await yieldTurn();
  restedAt = performance.now();
}
