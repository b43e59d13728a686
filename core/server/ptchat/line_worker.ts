/**
 * Works off one visitor's lines in order, as fast as they may be said.
 *
 * @module
 */
import type { MessageBucket } from "../../net/throttle.ts";
import type { Line } from "../../ptchat/line_splitter.ts";

/** Lines that may wait their turn; the transport stops reading before that. */
const MAX_WAITING_LINES = 64;

/** What {@linkcode LineWorker} needs. */
export interface LineWorkerOptions {
  readonly bucket: MessageBucket;
  /** Does what a line asks for. */
  readonly work: (line: Line) => void | Promise<void>;
  /** More lines wait than should (true), or none any more (false). */
  readonly crowded: (crowded: boolean) => void;
  /** The first line has to wait, for the first time. */
  readonly limited: () => void;
  /** A line's work threw something. */
  readonly failed: (error: unknown) => void;
}

/** The lines of one visitor. */
export class LineWorker {
  #options: LineWorkerOptions;
  #waiting: Line[] = [];
  #isWorking = false;
  #isStopped = false;
  #isLimited = false;
  #pause: ReturnType<typeof setTimeout> | undefined;

  constructor(options: LineWorkerOptions) {
    this.#options = options;
  }

  /** Whether a line is being worked on, or has to wait. */
  get isWorking(): boolean {
    return this.#isWorking;
  }

  /** Takes one line. */
  take(line: Line): void {
    if (this.#isStopped) return;
    this.#waiting.push(line);
    if (this.#waiting.length >= MAX_WAITING_LINES) this.#options.crowded(true);
    if (!this.#isWorking) void this.#workAll();
  }

  /** Drops what waits, and takes nothing more. */
  stop(): void {
    this.#isStopped = true;
    this.#waiting = [];
    clearTimeout(this.#pause);
  }

  async #workAll(): Promise<void> {
    const { bucket, work, crowded, failed } = this.#options;
    this.#isWorking = true;
    try {
      while (this.#waiting.length > 0 && !this.#isStopped) {
        const allowed = bucket.take(performance.now());
        if (allowed.state === "limited") {
          await this.#waitFor(allowed.retryMs);
          continue;
        }
        await work(this.#waiting.shift()!);
        if (this.#waiting.length === 0 && !this.#isStopped) crowded(false);
      }
    } catch (error) {
      failed(error);
    }
    this.#isWorking = false;
  }

  async #waitFor(ms: number): Promise<void> {
    if (!this.#isLimited) this.#options.limited();
    this.#isLimited = true;
    await new Promise<void>((resolve) => {
      this.#pause = setTimeout(resolve, ms);
    });
  }
}
