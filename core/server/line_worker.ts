/**
 * Works off one session's lines in order, as fast as they may come, whatever the door.
 *
 * @module
 */
import type { MessageBucket } from "../net/throttle.ts";

/** Lines that may wait their turn; above that the transport stops reading. */
const MAX_WAITING_LINES = 64;

/** What a {@linkcode LineWorker} needs. */
export interface LineWorkerOptions<L> {
  readonly bucket: MessageBucket;
  /** Does what a line asks for. The next line waits for what it gives back. */
  readonly work: (line: L) => void | Promise<void>;
  /** More lines wait than should (true), or none any more (false). */
  readonly crowded: (crowded: boolean) => void;
  /** A line has to wait, for the first time. */
  readonly limited: () => void;
  /** A line's work threw something. The lines behind it are worked off all the same. */
  readonly failed: (error: unknown) => void;
}

/** The lines of one session. */
export class LineWorker<L> {
  #options: LineWorkerOptions<L>;
  #waiting: L[] = [];
  #isBusy = false;
  #isStopped = false;
  #isLimited = false;
  #isCrowded = false;
  #pause: ReturnType<typeof setTimeout> | undefined;
  #whenDone: (() => void) | undefined;

  constructor(options: LineWorkerOptions<L>) {
    this.#options = options;
  }

  /** Whether a line is being worked on, or has to wait. */
  get isWorking(): boolean {
    return this.#isBusy || this.#waiting.length > 0;
  }

  /** Whether more lines wait than should. */
  get isCrowded(): boolean {
    return this.#isCrowded;
  }

  /** Takes one line; it is worked on at once unless others wait. */
  take(line: L): void {
    if (this.#isStopped || this.#whenDone) return;
    this.#waiting.push(line);
    this.#goOn();
    if (this.#waiting.length > MAX_WAITING_LINES) this.#setCrowded(true);
  }

  /** Takes nothing more, works off what waits, and calls `done` after that. */
  finish(done: () => void): void {
    this.#whenDone ??= done;
    if (!this.isWorking) this.#end();
  }

  /** Drops what waits, and takes nothing more. */
  stop(): void {
    this.#isStopped = true;
    this.#waiting = [];
    clearTimeout(this.#pause);
  }

  #goOn = (): void => {
    while (!this.#isBusy && this.#waiting.length > 0) {
      const allowed = this.#options.bucket.take(performance.now());
      if (allowed.state === "limited") return this.#waitFor(allowed.retryMs);
      this.#work(this.#waiting.shift()!);
    }
    if (this.isWorking) return;
    this.#setCrowded(false);
    this.#end();
  };

  #end(): void {
    if (!this.#isStopped) this.#whenDone?.();
  }

  #work(line: L): void {
    try {
      const later = this.#options.work(line);
      if (!later) return;
      this.#isBusy = true;
      later.catch(this.#options.failed).then(() => {
        this.#isBusy = false;
        this.#goOn();
      });
    } catch (error) {
      this.#options.failed(error);
    }
  }

  #waitFor(ms: number): void {
    if (!this.#isLimited) this.#options.limited();
    this.#isLimited = true;
    this.#isBusy = true;
    this.#pause = setTimeout(() => {
      this.#isBusy = false;
      this.#goOn();
    }, ms);
  }

  #setCrowded(crowded: boolean): void {
    if (this.#isCrowded === crowded || this.#isStopped) return;
    this.#isCrowded = crowded;
    this.#options.crowded(crowded);
  }
}
