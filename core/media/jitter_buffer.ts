/**
 * Delays frames a little, so that they can be played evenly although they arrive unevenly.
 * Pure: the time is a parameter.
 *
 * A frame of a live source is due at its time stamp plus the recent minimum of the transit time, plus a
 * delay that follows the measured jitter; so sound and picture stay in sync, and the slower track
 * decides. A frame that arrives after it was due is dropped and counted. Frames of a source that waits
 * arrive as fast as they are taken: there the first one sets the time, and a late one shifts
 * it.
 *
 * @module
 */
import { ArrivalJitter } from "./jitter.ts";

/** The delay to begin with, and to return to. */
export const DEFAULT_DELAY_MS = 80;
/** The delay is never shorter: ffplay takes sound in pieces of some 40 ms. */
const MIN_DELAY_MS = 40;
/** The delay is never longer: a conversation is impossible with more. */
const MAX_DELAY_MS = 500;
/** The delay is this many times the jitter: then one frame in some hundreds is late. */
const JITTERS = 4;
/** The delay shrinks by at most this with each frame. */
const SHRINK_MS = 0.05;
/** When everything has been late for this long, the transit time has grown permanently. */
const LATE_RUN_MS = 300;
/** A frame of a live source that was not fetched so long after it was due is dropped. */
const MAX_OVERDUE_MS = 300;
/** Frames that may wait; some 20 s of sound. */
export const MAX_FRAMES = 1_024;
/** Bytes that may wait. */
export const MAX_BYTES = 8 * 1024 * 1024;
/** Sequence numbers of lost frames that are remembered, to tell a late one from a duplicate. */
const MAX_REMEMBERED = 1_024;

/** What is put into the buffer. */
export interface Buffered {
  /** Audio or video; tracks may have different transit times. */
  readonly track: string;
  /** Increases by one for each frame that the sender had, sent or not. */
  readonly sequence: number;
  /** Position in the source. */
  readonly timestampUs: number;
  /** The frame itself. */
  readonly data: Uint8Array;
}

/** Outcome for a frame: `kept`, or dropped for one of three reasons. */
export type PushResult = "kept" | "late" | "duplicate" | "full";

/** Figures since the beginning. */
export interface JitterBufferStats {
  /** Sequence numbers that never arrived, or too late to be distinguished. */
  readonly lost: number;
  /** Frames that came after they were due. */
  readonly late: number;
  /** Frames that came twice. */
  readonly duplicate: number;
  /** Interarrival jitter. */
  readonly jitterMs: number;
  /** How long a frame with the minimal transit time is held. */
  readonly delayMs: number;
  /** Duration of the buffered frames. */
  readonly bufferedMs: number;
}

/** Options for {@linkcode JitterBuffer}. */
export interface JitterBufferOptions {
  /** Whether frames that come too late are dropped. */
  readonly live: boolean;
  /** How long to hold frames at least; {@linkcode DEFAULT_DELAY_MS} if absent. */
  readonly delayMs?: number | undefined;
}

/**
 * The buffer.
 *
 * @example Frames come out in order, when they are due
 * ```ts
 * import assert from "node:assert/strict";
 * import { JitterBuffer } from "./jitter_buffer.ts";
 * const buffer = new JitterBuffer({ live: true, delayMs: 80 });
 * const frame = (sequence: number) => ({
 *   ...{ track: "audio", sequence, timestampUs: sequence * 20_000, data: new Uint8Array() },
 * });
 * buffer.push(frame(1), 30);
 * buffer.push(frame(0), 31);
 * assert.equal(buffer.nextDueMs(), 90); // the first had 10 ms of way
 * assert.deepEqual(buffer.pull(90).map(({ sequence }) => sequence), [0]);
 * assert.deepEqual(buffer.pull(110).map(({ sequence }) => sequence), [1]);
 * ```
 */
export class JitterBuffer<F extends Buffered> {
  readonly #live: boolean;
  readonly #tracks = new Map<string, ArrivalJitter>();
  readonly #least: number;
  /** Passed over, and counted as lost. */
  readonly #missing = new Set<number>();
  /** Not yet passed over, but dropped because they came late. */
  readonly #dropped = new Set<number>();
  /** By sequence, ascending. */
  #frames: F[] = [];
  #bytes = 0;
  #next: number | undefined;
  #delayMs: number;
  /** The time of a time stamp of 0, for a source that waits. */
  #startMs: number | undefined;
  #lateSinceMs: number | undefined;
  #afterGap = false;
  #lost = 0;
  #late = 0;
  #duplicate = 0;

  /** Is empty. */
  constructor({ live, delayMs = DEFAULT_DELAY_MS }: JitterBufferOptions) {
    this.#live = live;
    this.#least = Math.min(Math.max(delayMs, MIN_DELAY_MS), MAX_DELAY_MS);
    this.#delayMs = this.#least;
  }

  /** Whether the buffer is full, so that a source that is not live should wait. */
  get full(): boolean {
    return this.#frames.length >= MAX_FRAMES || this.#bytes >= MAX_BYTES;
  }

  /** Number of buffered frames. */
  get size(): number {
    return this.#frames.length;
  }

  /** Takes a frame that arrived at `nowMs`. */
  push(frame: F, nowMs: number): PushResult {
    const { sequence } = frame;
    if (this.#next !== undefined && sequence < this.#next) return this.#pushPast(sequence);
    const at = this.#frames.findLastIndex((other) => other.sequence <= sequence) + 1;
    if (this.#frames[at - 1]?.sequence === sequence || this.#dropped.has(sequence)) {
      this.#duplicate++;
      return "duplicate";
    }
    if (this.full) return "full";
    if (!this.#live) this.#keepTime(frame, nowMs);
    else if (this.#isLate(frame, nowMs)) {
      this.#late++;
      if (this.#dropped.size < MAX_REMEMBERED) this.#dropped.add(sequence);
      return "late";
    }
    this.#frames.splice(at, 0, frame);
    this.#bytes += frame.data.length;
    return "kept";
  }

  /** Removes and returns the due frames, in order; skipped ones are lost. */
  pull(nowMs: number): F[] {
    const count = this.#frames.findIndex((frame) => this.#dueMs(frame) > nowMs);
    const due = this.#frames.splice(0, count < 0 ? this.#frames.length : count);
    for (const frame of due) {
      this.#passTo(frame.sequence);
      this.#bytes -= frame.data.length;
    }
    if (!this.#live) return due;
    // The consumer was delayed. Late is late, wherever the time was lost.
    const inTime = due.filter((frame) => this.#dueMs(frame) >= nowMs - MAX_OVERDUE_MS);
    this.#late += due.length - inTime.length;
    return inTime;
  }

  /** When {@linkcode pull} will return a frame; `undefined` if the buffer is empty. */
  nextDueMs(): number | undefined {
    const [first] = this.#frames;
    return first && this.#dueMs(first);
  }

  /** After an intended gap: drops the frames that wait, and counts none as lost. */
  reset(): void {
    const last = this.#frames.at(-1);
    if (last) this.#next = Math.max(this.#next ?? 0, last.sequence + 1);
    this.#frames = [];
    this.#bytes = 0;
    this.#afterGap = true;
    this.#dropped.clear();
    this.#tracks.clear();
    this.#startMs = undefined;
    this.#lateSinceMs = undefined;
  }

  /** After a pause in playback: waiting frames are due from `nowMs` on. Not for a live source. */
  resume(nowMs: number): void {
    const [first] = this.#frames;
    this.#startMs = first && nowMs - first.timestampUs / 1_000 - this.#delayMs;
  }

  /** Figures since the beginning. */
  stats(): JitterBufferStats {
    const first = this.#frames[0];
    const last = this.#frames.at(-1);
    return {
      lost: this.#lost,
      late: this.#late,
      duplicate: this.#duplicate,
      jitterMs: this.#jitterMs(),
      delayMs: this.#delayMs,
      bufferedMs: first && last ? (last.timestampUs - first.timestampUs) / 1_000 : 0,
    };
  }

  #pushPast(sequence: number): PushResult {
    if (!this.#missing.delete(sequence)) {
      this.#duplicate++;
      return "duplicate";
    }
    this.#lost--;
    this.#late++;
    return "late";
  }

  #keepTime(frame: F, nowMs: number): void {
    if (this.#startMs === undefined || this.#dueMs(frame) < nowMs) {
      this.#startMs = nowMs - frame.timestampUs / 1_000;
    }
  }

  #isLate(frame: F, nowMs: number): boolean {
    const { timestampUs } = frame;
    let arrivals = this.#tracks.get(frame.track);
    if (!arrivals) this.#tracks.set(frame.track, arrivals = new ArrivalJitter());
    arrivals.add(timestampUs, nowMs);
    const wantedMs = Math.min(Math.max(this.#least, JITTERS * this.#jitterMs()), MAX_DELAY_MS);
    this.#delayMs = Math.max(wantedMs, this.#delayMs - SHRINK_MS);
    if (this.#dueMs(frame) >= nowMs) {
      this.#lateSinceMs = undefined;
      return false;
    }
    this.#lateSinceMs ??= nowMs;
    if (nowMs - this.#lateSinceMs < LATE_RUN_MS) return true;
    arrivals.moveTo(timestampUs, nowMs);
    this.#lateSinceMs = undefined;
    return false;
  }

  #jitterMs(): number {
    let jitterMs = 0;
    for (const arrivals of this.#tracks.values()) jitterMs = Math.max(jitterMs, arrivals.jitterMs);
    return jitterMs;
  }

  #dueMs({ timestampUs }: F): number {
    let wayMs = this.#startMs ?? -Infinity;
    for (const arrivals of this.#tracks.values()) wayMs = Math.max(wayMs, arrivals.shortestMs);
    return timestampUs / 1_000 + wayMs + this.#delayMs;
  }

  /** Counts the frames between the last one returned and this one, except late ones. */
  #passTo(sequence: number): void {
    const dropped = new Set([...this.#dropped].filter((one) => one < sequence));
    for (const one of dropped) this.#dropped.delete(one);
    if (this.#next !== undefined && !this.#afterGap) {
      this.#lost += sequence - this.#next - dropped.size;
      const from = Math.max(this.#next, sequence - MAX_REMEMBERED);
      for (let one = from; one < sequence; one++) if (!dropped.has(one)) this.#missing.add(one);
      for (const old of this.#missing) {
        if (this.#missing.size <= MAX_REMEMBERED) break;
        this.#missing.delete(old);
      }
    }
    this.#next = sequence + 1;
    this.#afterGap = false;
  }
}
