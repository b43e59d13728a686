/** Detects that the other side is silent for too long. @module */

/** Calls back once after a period of silence. Dispose of it when it is no longer needed. */
export class SilenceTimer implements Disposable {
  readonly #ms: number;
  readonly #tooLong: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isOver = false;

  /** Does not run before {@linkcode heard} is called. */
  constructor(ms: number, tooLong: () => void) {
    this.#ms = ms;
    this.#tooLong = tooLong;
  }

  /** Something was received: restarts the timer. */
  heard(): void {
    clearTimeout(this.#timer);
    if (!this.#isOver) this.#timer = setTimeout(this.#tooLong, this.#ms);
  }

  /** Stops the timer for good. */
  [Symbol.dispose](): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }
}

/** Waits for `work`, but no longer than `ms`. */
export async function atMost(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const given = new Promise((resolve) => timer = setTimeout(resolve, ms));
  try {
    await Promise.race([work, given]);
  } finally {
    clearTimeout(timer);
  }
}
