/**
 * Releases frames from the jitter buffer when they are due.
 *
 * @module
 */
import type { Clock } from "../../ground/clock.ts";
import type { JitterBuffer } from "../../media/jitter_buffer.ts";
import type { SequencedFrame } from "./frame_codec.ts";

/** Options for {@linkcode Playout}. */
export interface PlayoutOptions {
  /** Knows which frames are due. */
  readonly buffer: JitterBuffer<SequencedFrame>;
  /** Clock for due times. */
  readonly clock: Clock;
  /** Receives a due frame; the next one waits until this resolves. */
  release(frame: SequencedFrame): Promise<void>;
}

/** Releases frames until it is stopped or drained. */
export class Playout {
  /** Resolves when no more frames will be released. */
  readonly ended: Promise<void>;
  readonly #options: PlayoutOptions;
  readonly #stop = new AbortController();
  #wake = new AbortController();
  #held = false;
  #draining = false;

  /** Starts at once. */
  constructor(options: PlayoutOptions) {
    this.#options = options;
    this.ended = this.#run();
  }

  /** Whether it is paused. */
  get isHeld(): boolean {
    return this.#held;
  }

  /** A frame was added to the buffer. */
  arrived(): void {
    this.#wake.abort();
  }

  /** Pauses. */
  hold(): void {
    this.#held = true;
  }

  /** Resumes. */
  go(): void {
    this.#held = false;
    this.#wake.abort();
  }

  /** Ends when the buffer is empty. */
  drain(): void {
    this.#draining = true;
    this.#wake.abort();
  }

  /** Ends at once. */
  stop(): void {
    this.#stop.abort();
  }

  async #run(): Promise<void> {
    const { buffer, clock, release } = this.#options;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const dueMs = buffer.nextDueMs();
      if (dueMs === undefined && this.#draining) return;
      const waitMs = this.#held || dueMs === undefined ? Infinity : dueMs - clock.now();
      if (waitMs > 0) {
        await this.#wait(waitMs);
        continue;
      }
      for (const frame of buffer.pull(clock.now())) {
        if (signal.aborted) return;
        await release(frame);
      }
    }
  }

  /** Waits until the time has passed, or something has changed. */
  async #wait(ms: number): Promise<void> {
    this.#wake = new AbortController();
    const signal = AbortSignal.any([this.#wake.signal, this.#stop.signal]);
    if (signal.aborted) return;
    if (Number.isFinite(ms)) {
      await this.#options.clock.sleep(Math.max(1, ms), signal).catch(() => {}); // woken
    } else {
      await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
    }
  }
}
