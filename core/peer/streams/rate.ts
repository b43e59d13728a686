/** Bits a second. @module */
import type { Clock } from "../../ground/clock.ts";
import type { MediaFrame } from "../../media/frame.ts";

/** Over so long the rate is taken. */
const WINDOW_MS = 2_000;
/** A frame of sound lasts so long: less has not passed when one has come. */
const FRAME_MS = 20;

/**
 * Counts bytes and computes the bits per second of the last moments. Pure.
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

  /** Bytes in all. */
  get bytes(): number {
    return this.#total;
  }

  /** Counts bytes. */
  add(bytes: number, nowMs: number): void {
    this.#turn(nowMs);
    this.#total += bytes;
    this.#now += bytes;
  }

  /** The rate over the last two seconds, or what there was of them. */
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
  /** Whether the source runs by itself. */
  readonly live: boolean;
  /** By which a live source is measured. */
  readonly clock: Clock;
}

/**
 * The rate of a stream's frames, about that of its codec: a source that waits may come faster than it plays, or slower, so it
 * is measured by the time that its frames say.
 */
export class MediaRate {
  readonly #rate = new Rate();
  readonly #options: MediaRateOptions;
  #mediaMs = 0;

  /** Nothing has come yet. */
  constructor(options: MediaRateOptions) {
    this.#options = options;
  }

  /** Bytes in all. */
  get bytes(): number {
    return this.#rate.bytes;
  }

  /** The rate of late. */
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
