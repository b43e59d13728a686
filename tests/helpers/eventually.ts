/** Waiting for a condition without an event. @module */

const WAIT_MS = 30_000;

/** Polls until `isTrue`. */
export async function eventually(
  isTrue: () => boolean | Promise<boolean>,
  what: string = String(isTrue),
): Promise<void> {
  const deadline = performance.now() + WAIT_MS;
  while (!await isTrue()) {
    if (performance.now() > deadline) throw new Error(`Not within ${WAIT_MS} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
