/**
 * Handles a session's lines in order, no faster than the throttle allows.
 *
 * @module
 */
import type { MessageBucket } from "../../net/throttle.ts";

/** Lines that may wait; above that the transport stops reading. */
export const MAX_WAITING_LINES = 64;

/** Options for {@linkcode LineWorker}. */
export interface LineWorkerOptions<L> {
  readonly bucket: MessageBucket;
  /** Handles a line. The next line waits for the promise. */
  readonly work: (line: L) => void | Promise<void>;
  /** Too many lines are waiting (true), or none any more (false). */
  readonly crowded: (crowded: boolean) => void;
  /** Called when the throttle delays a line for the first time. */
  readonly limited: () => void;
  /** Handling a line threw an error. The lines after it are still handled. */
  readonly failed: (error: unknown) => void;
}

/** What the next line waits for: nothing, the line before it, or the throttle. When stopped, lines are dropped. */
type Pace = "ready" | "working" | "throttled" | "stopped";

/** The lines of one session. */
export class LineWorker<L> {
  #options: LineWorkerOptions<L>;
  #waiting: L[] = [];
  #pace: Pace = "ready";
  #isCrowded = false;
  /** Called when the last line is handled; new ones are dropped. */
  #whenDone: (() => void) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: LineWorkerOptions<L>) {
    this.#options = options;
  }

  /** Whether a line is being handled, or waiting. */
  get isWorking(): boolean {
    return this.#pace === "working" || this.#pace === "throttled" || this.#waiting.length > 0;
  }

  /** Queues one line; it is handled at once unless others wait. */
  take(line: L): void {
    if (this.#pace === "stopped" || this.#whenDone) return;
    this.#waiting.push(line);
    this.#resume();
    if (this.#waiting.length > MAX_WAITING_LINES) this.#setCrowded(true);
  }

  /** Drops new lines, handles the waiting ones, and then calls `done`. */
  finish(done: () => void): void {
    this.#whenDone ??= done;
    if (!this.isWorking) this.#end();
  }

  /** Drops waiting and new lines. */
  stop(): void {
    this.#pace = "stopped";
    this.#waiting = [];
    clearTimeout(this.#timer);
  }

  #resume(): void {
    while (this.#pace === "ready" && this.#waiting.length > 0) {
      const allowed = this.#options.bucket.take(performance.now());
      if (allowed.state === "limited") return this.#waitFor(allowed.retryMs);
      this.#work(this.#waiting.shift()!);
    }
    if (this.isWorking) return;
    this.#setCrowded(false);
    this.#end();
  }

  #end(): void {
    if (this.#pace !== "stopped") this.#whenDone?.();
  }

  #work(line: L): void {
    try {
      const later = this.#options.work(line);
      if (!later) return;
      if (!this.#isStopped()) this.#pace = "working";
      later.catch(this.#options.failed).then(this.#ready);
    } catch (error) {
      this.#options.failed(error);
    }
  }

  #waitFor(ms: number): void {
    if (this.#timer === undefined) this.#options.limited();
    if (this.#isStopped()) return;
    this.#pace = "throttled";
    this.#timer = setTimeout(this.#ready, ms);
  }

  /** A method, since a callback may have stopped it. */
  #isStopped(): boolean {
    return this.#pace === "stopped";
  }

  #ready = (): void => {
    if (this.#pace === "stopped") return;
    this.#pace = "ready";
    this.#resume();
  };

  #setCrowded(crowded: boolean): void {
    if (this.#isCrowded === crowded || this.#pace === "stopped") return;
    this.#isCrowded = crowded;
    this.#options.crowded(crowded);
  }
}
