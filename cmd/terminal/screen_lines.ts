/** Lines that were entered, waiting for the one who reads them. @module */
import type { ScreenOutcome } from "./screen_types.ts";

/** A queue with one reader. `onWanted` is called whenever the reader has done with all lines. */
export class LineQueue implements AsyncIterableIterator<string> {
  readonly #lines: string[] = [];
  #outcome: ScreenOutcome = "open";
  #waiting: ((result: IteratorResult<string>) => void) | undefined;
  readonly #interrupted = Promise.withResolvers<void>();

  constructor(private readonly onWanted: () => void = () => {}) {}

  get outcome(): ScreenOutcome {
    return this.#outcome;
  }

  /** Resolves at the end, if that is an interruption. */
  get interrupted(): Promise<void> {
    return this.#interrupted.promise;
  }

  push(line: string): void {
    if (this.#outcome !== "open") return;
    if (this.#waiting === undefined) this.#lines.push(line);
    else this.#answer({ done: false, value: line });
  }

  /** No more lines; those already entered are still given. */
  end(outcome: Exclude<ScreenOutcome, "open">): void {
    if (this.#outcome !== "open") return;
    this.#outcome = outcome;
    if (outcome === "interrupted") this.#interrupted.resolve();
    this.#answer({ done: true, value: undefined });
  }

  next(): Promise<IteratorResult<string>> {
    const line = this.#lines.shift();
    if (line !== undefined) return Promise.resolve({ done: false, value: line });
    if (this.#outcome !== "open") return Promise.resolve({ done: true, value: undefined });
    this.onWanted();
    return new Promise((resolve) => this.#waiting = resolve);
  }

  return(): Promise<IteratorResult<string>> {
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #answer(result: IteratorResult<string>): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.(result);
  }
}
