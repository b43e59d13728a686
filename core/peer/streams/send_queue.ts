/**
 * The send queue of one receiver. Pure. A live source drops whole frames if its receiver does not keep up; any other
 * source waits until there is space.
 *
 * @module
 */
import type { MediaFrame } from "../../media/frame.ts";
import { MAX_MEDIA_BYTES, type SequencedFrame } from "./frame_codec.ts";

/** Longest age of frames of a live source; older ones are useless. */
const MAX_LIVE_US = 400_000;
/** Number of queued frames at which a source that is not live waits. */
const MAX_WAITING_FRAMES = 64;
/** Largest queue, for any source. */
const MAX_BYTES = 4 * 1024 * 1024;

/** The queue of one receiver. */
export class SendQueue {
  readonly #live: boolean;
  #frames: SequencedFrame[] = [];
  #bytes = 0;
  #sequence = 0;
  #dropped = 0;
  #needsKey = true;
  #broken = false;

  /** Is empty. `live`: drops frames instead of making the source wait. */
  constructor(live: boolean) {
    this.#live = live;
  }

  /** Whether the source may continue. Always true for a live one. */
  get hasRoom(): boolean {
    return this.#live || (this.#frames.length < MAX_WAITING_FRAMES && this.#bytes < MAX_BYTES);
  }

  /** Number of queued frames. */
  get size(): number {
    return this.#frames.length;
  }

  /** Frames dropped so far. */
  get dropped(): number {
    return this.#dropped;
  }

  /**
   * Queues a frame, or drops it and others. Dropped frames keep their numbers, so that the receiver detects them. Video
   * frames before the first key frame are omitted without a number.
   */
  offer(frame: MediaFrame): void {
    if (frame.track === "video" && this.#needsKey) {
      if (!frame.key) return;
      this.#needsKey = false;
    }
    const queued = { ...frame, sequence: this.#sequence++ };
    if (frame.track === "video" && frame.key) this.#broken = false;
    const useless = frame.track === "video" && this.#broken;
    if (useless || frame.data.length > MAX_MEDIA_BYTES) {
      this.#broken ||= frame.track === "video";
      this.#dropped++;
      return;
    }
    this.#frames.push(queued);
    this.#bytes += frame.data.length;
    if (this.#live) this.#dropOld(frame.timestampUs);
  }

  /** Removes and returns frames to send now: at most `maxFrames`, and `maxBytes` unless a single frame exceeds it. */
  take(maxFrames: number, maxBytes: number): SequencedFrame[] {
    let count = 0;
    let bytes = 0;
    for (const { data } of this.#frames) {
      if (count >= maxFrames || (count > 0 && bytes + data.length > maxBytes)) break;
      bytes += data.length;
      count++;
    }
    this.#bytes -= bytes;
    return this.#frames.splice(0, count);
  }

  /** Clears the queue for a pause; the frames do not count as dropped. */
  clear(): void {
    this.#frames = [];
    this.#bytes = 0;
    this.#needsKey = true;
    this.#broken = false;
  }

  /** Drops frames that are too old. Video frames that depend on a dropped one are useless, and dropped as well. */
  #dropOld(nowUs: number): void {
    let brokenUntilKey = false;
    const isOld = (frame: SequencedFrame) =>
      frame.timestampUs < nowUs - MAX_LIVE_US || this.#bytes > MAX_BYTES;
    if (!this.#frames.some(isOld)) return;
    const kept: SequencedFrame[] = [];
    for (const frame of this.#frames) {
      const video = frame.track === "video";
      if (video && frame.key) brokenUntilKey = false;
      if (isOld(frame) || (video && brokenUntilKey)) {
        this.#dropped++;
        this.#bytes -= frame.data.length;
        brokenUntilKey ||= video;
      } else {
        kept.push(frame);
      }
    }
    this.#frames = kept;
    this.#broken ||= brokenUntilKey;
  }
}
