/** Entered lines that have not been read yet. @module */
import type { EnteredLine, FaceEnd, FaceOutcome } from "../face/face.ts";

/** A queue with one reader. `onWanted` is called when the reader waits for a line. */
export class LineQueue implements AsyncIterableIterator<EnteredLine> {
  readonly #lines: EnteredLine[] = [];
  #outcome: FaceOutcome = "open";
  #waiting: ((result: IteratorResult<EnteredLine>) => void) | undefined;
  readonly #interrupted = Promise.withResolvers<void>();

  constructor(private readonly onWanted: () => void = () => {}) {}

  get outcome(): FaceOutcome {
    return this.#outcome;
  }

  /** Resolves if the queue ends by an interruption. */
  get interrupted(): Promise<void> {
    return this.#interrupted.promise;
  }

  /** Takes the next line; undefined when the queue is empty. */
  take(): EnteredLine | undefined {
    return this.#lines.shift();
  }

  push(line: EnteredLine): void {
    if (this.#outcome !== "open") return;
    if (this.#waiting === undefined) this.#lines.push(line);
    else this.#answer({ done: false, value: line });
  }

  /** Ends the queue; lines in it can still be read. */
  end(outcome: FaceEnd): void {
    if (this.#outcome !== "open") return;
    this.#outcome = outcome;
    if (outcome === "interrupted") this.#interrupted.resolve();
    this.#answer({ done: true, value: undefined });
  }

  next(): Promise<IteratorResult<EnteredLine>> {
    const line = this.#lines.shift();
    if (line !== undefined) return Promise.resolve({ done: false, value: line });
    if (this.#outcome !== "open") return Promise.resolve({ done: true, value: undefined });
    const { promise, resolve } = Promise.withResolvers<IteratorResult<EnteredLine>>();
    this.#waiting = resolve; // before onWanted(), which may push
    this.onWanted();
    return promise;
  }

  return(): Promise<IteratorResult<EnteredLine>> {
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #answer(result: IteratorResult<EnteredLine>): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.(result);
  }
}
