/** Bits per second. @module */
import type { Clock } from "../../ground/clock.ts";
import type { MediaFrame } from "../../media/frame.ts";

/** Interval over which the rate is measured. */
const WINDOW_MS = 2_000;
/** Duration of an audio frame: the shortest interval for which a rate is computed. */
const FRAME_MS = 20;

/**
 * Counts bytes and computes the recent bits per second. Pure.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { Rate } from "./rate.ts";
 * const rate = new Rate();
 * for (let ms = 0; ms < 10_000; ms += 20) rate.add(160, ms);
 * assert.equal(Math.round(rate.bitsPerSecond(10_000) / 1_000), 64);
 * ```
 */
export class Rate {
  #total = 0;
  #startMs: number | undefined;
  #now = 0;
  #before = 0;

  /** Total bytes. */
  get bytes(): number {
    return this.#total;
  }

  /** Counts bytes. */
  add(bytes: number, nowMs: number): void {
    this.#turn(nowMs);
    this.#total += bytes;
    this.#now += bytes;
  }

  /** The rate over the last two seconds, or since the start if that is less. */
  bitsPerSecond(nowMs: number): number {
    this.#turn(nowMs);
    const passedMs = nowMs - (this.#startMs ?? nowMs);
    const older = this.#before * (1 - passedMs / WINDOW_MS);
    const overMs = this.#before > 0 ? WINDOW_MS : Math.max(passedMs, FRAME_MS);
    return this.#total === 0 ? 0 : (this.#now + older) * 8_000 / overMs;
  }

  #turn(nowMs: number): void {
    this.#startMs ??= nowMs;
    const windows = Math.floor((nowMs - this.#startMs) / WINDOW_MS);
    if (windows < 1) return;
    this.#before = windows === 1 ? this.#now : 0;
    this.#now = 0;
    this.#startMs += windows * WINDOW_MS;
  }
}

/** Options for {@linkcode MediaRate}. */
export interface MediaRateOptions {
  /** Whether the source is live. */
  readonly live: boolean;
  /** Clock for live sources. */
  readonly clock: Clock;
}

/**
 * The rate of a stream's frames, about that of its codec. A source that is not live may be sent faster or slower than it
 * plays, so its rate is measured by the time stamps of its frames.
 */
export class MediaRate {
  readonly #rate = new Rate();
  readonly #options: MediaRateOptions;
  #mediaMs = 0;

  /** Has counted nothing yet. */
  constructor(options: MediaRateOptions) {
    this.#options = options;
  }

  /** Total bytes. */
  get bytes(): number {
    return this.#rate.bytes;
  }

  /** The recent bit rate. */
  get bitsPerSecond(): number {
    return this.#rate.bitsPerSecond(this.#nowMs());
  }

  /** Counts a frame. */
  add({ timestampUs, data }: Pick<MediaFrame, "timestampUs" | "data">): void {
    this.#mediaMs = Math.max(this.#mediaMs, timestampUs / 1_000);
    this.#rate.add(data.length, this.#nowMs());
  }

  #nowMs(): number {
    return this.#options.live ? this.#options.clock.now() : this.#mediaMs;
  }
}
