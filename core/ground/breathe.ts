/**
 * Yields to the rest of the program during long work.
 *
 * Uses a timer: a loop that awaits `setImmediate()` is run again before Deno (2.9) polls its sockets, so that
 * a line of chat waits for a hundred milliseconds although the loop yields.
 *
 * @module
 */

/** Longest work without yielding, so that a key or a line of chat never waits long. */
const MAX_WORK_MS = 4;

let restedAt = performance.now();

/** Yields one turn of the event loop, including finished reads and writes. */
export function yieldTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/**
 * Yields one turn of the event loop if the last one was some milliseconds ago; to be called in every loop that may be
 * long. Reads and writes that finish at once do not yield: a fast transfer would block everything else.
 */
export async function breathe(): Promise<void> {
  if (performance.now() - restedAt < MAX_WORK_MS) return;
  await yieldTurn();
  restedAt = performance.now();
}
