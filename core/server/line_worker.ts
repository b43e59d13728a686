/**
 * Works off one session's lines in order, as fast as they may come, whatever the door.
 *
 * @module
 */
import type { MessageBucket } from "../net/throttle.ts";

/** Lines that may wait their turn; above that the transport stops reading. */
export const MAX_WAITING_LINES = 64;

/** Options for {@linkcode LineWorker}. */
export interface LineWorkerOptions<L> {
  readonly bucket: MessageBucket;
  /** Does what a line asks for. The next line waits for the promise. */
  readonly work: (line: L) => void | Promise<void>;
  /** More lines wait than should (true), or none any more (false). */
  readonly crowded: (crowded: boolean) => void;
  /** A line has to wait, for the first time. */
  readonly limited: () => void;
  /** A line's work threw an error. The lines behind it are worked off all the same. */
  readonly failed: (error: unknown) => void;
}

/** What the next line waits for: nothing, the line before it, or the throttle; "stopped" takes no lines any more. */
type Pace = "ready" | "working" | "throttled" | "stopped";

/** The lines of one session. */
export class LineWorker<L> {
  #options: LineWorkerOptions<L>;
  #waiting: L[] = [];
  #pace: Pace = "ready";
  #isCrowded = false;
  /** Called when the last line is worked off: no more are taken. */
  #whenDone: (() => void) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: LineWorkerOptions<L>) {
    this.#options = options;
  }

  /** Whether a line is being worked on, or has to wait. */
  get isWorking(): boolean {
    return this.#pace === "working" || this.#pace === "throttled" || this.#waiting.length > 0;
  }

  /** Takes one line; it is worked on at once unless others wait. */
  take(line: L): void {
    if (this.#pace === "stopped" || this.#whenDone) return;
    this.#waiting.push(line);
    this.#goOn();
    if (this.#waiting.length > MAX_WAITING_LINES) this.#setCrowded(true);
  }

  /** Takes no more lines, works off what waits, and calls `done` after that. */
  finish(done: () => void): void {
    this.#whenDone ??= done;
    if (!this.isWorking) this.#end();
  }

  /** Drops what waits, and takes no more lines. */
  stop(): void {
    this.#pace = "stopped";
    this.#waiting = [];
    clearTimeout(this.#timer);
  }

  #goOn(): void {
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

  /** A method, since the callbacks of a session may stop it meanwhile. */
  #isStopped(): boolean {
    return this.#pace === "stopped";
  }

  #ready = (): void => {
    if (this.#pace === "stopped") return;
    this.#pace = "ready";
    this.#goOn();
  };

  #setCrowded(crowded: boolean): void {
    if (this.#isCrowded === crowded || this.#pace === "stopped") return;
    this.#isCrowded = crowded;
    this.#options.crowded(crowded);
  }
}
