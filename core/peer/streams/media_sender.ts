/**
 * Writes frames and notices to one receiver: batched, in order, and no more frames than the receiver allows.
 *
 * @module
 */
import { concatBytes } from "../../ground/bytes.ts";
import type { Clock } from "../../ground/clock.ts";
import type { MediaFrame } from "../../media/frame.ts";
import { formatMedia, formatNoticeFrame } from "./frame_codec.ts";
import { LinkWriter, type StreamLink } from "./link.ts";
import type { Pong, StreamNotice } from "./protocol.ts";
import { MediaRate } from "./rate.ts";
import { SendQueue } from "./send_queue.ts";
import type { SendMode } from "./sender_state.ts";

/** Approximate size of one write; an audio frame has about 200 bytes. */
const BATCH_BYTES = 64 * 1024;

/** Notifies the owner of a {@linkcode MediaSender}. */
export interface MediaSenderEvents {
  /** No frame is queued. Frames added by this call are part of the next batch. */
  empty(): void;
  /** The link is broken: nothing more is written. */
  broken(): void;
}

/** Options for a {@linkcode MediaSender}. */
export interface MediaSenderOptions {
  /** Whether the source is live: frames are dropped rather than delayed. */
  readonly live: boolean;
  /** Clock for the bit rate and the answers to pings. */
  readonly clock: Clock;
  readonly events: MediaSenderEvents;
}

/** Writes to one receiver. The first mode is `nothing`. */
export class MediaSender {
  readonly #options: MediaSenderOptions;
  readonly #writer: LinkWriter;
  readonly #queue: SendQueue;
  readonly #rate: MediaRate;
  #mode: SendMode = "nothing";
  #notices: StreamNotice[] = [];
  #pong: Pong | undefined;
  #allowed = 0;
  #sent = 0;
  #isFlushing = false;
  #room: PromiseWithResolvers<void> | undefined;

  /** Writes nothing yet. */
  constructor({ conn }: StreamLink, options: MediaSenderOptions) {
    this.#options = options;
    this.#writer = new LinkWriter(conn);
    this.#queue = new SendQueue(options.live);
    this.#rate = new MediaRate(options);
  }

  /** Encoded bytes sent so far. */
  get bytes(): number {
    return this.#rate.bytes;
  }

  /** The recent bit rate. */
  get bitsPerSecond(): number {
    return this.#rate.bitsPerSecond;
  }

  /** Frames dropped because the link did not keep up. */
  get dropped(): number {
    return this.#queue.dropped;
  }

  /** Sets what may be written from now on. The frames of a paused live source are not kept. */
  setMode(mode: SendMode): void {
    if (mode === this.#mode) return;
    this.#mode = mode;
    if (mode === "nothing" || (mode === "notices" && this.#options.live)) this.#queue.clear();
    this.#makeRoom();
  }

  /** Writes bytes in any mode. Resolves to false when the link is broken; never rejects. */
  write(bytes: Uint8Array): Promise<boolean> {
    return this.#writer.write(bytes);
  }

  /** Queues a frame. A frame of a live source may displace others; any other source waits for {@linkcode room} first. */
  push(frame: MediaFrame): void {
    if (this.#mode === "nothing" || (this.#mode === "notices" && this.#options.live)) return;
    this.#queue.offer(frame);
    void this.flush();
  }

  /** Queues a notice. */
  notify(notice: StreamNotice): void {
    this.#notices.push(notice);
  }

  /**
   * Answers a ping. Only the latest is answered: a receiver that pings faster than we can write receives fewer answers.
   *
   * @param originMs When a frame of time stamp 0 left the encoder, by `clock`.
   */
  answerPing(sentUs: number, originMs: number | undefined): void {
    const cameUs = this.#nowUs();
    const originUs = originMs === undefined ? null : Math.round(originMs * 1_000);
    this.#pong = { type: "pong", sentUs, cameUs, leftUs: cameUs, originUs };
  }

  /** Sets the number of frames that may be sent in total. */
  allow(frames: number): void {
    this.#allowed = Math.max(this.#allowed, frames);
  }

  /** Resolves when there is space for more frames, or no more are needed. */
  async room(): Promise<void> {
    while (this.#mode === "notices" || (this.#mode === "everything" && !this.#queue.hasRoom)) {
      this.#room ??= Promise.withResolvers();
      await this.#room.promise;
    }
  }

  /** Writes everything that may be written. Never rejects; only one call at a time does the work. */
  async flush(): Promise<void> {
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    const { events } = this.#options;
    try {
      while (this.#mode !== "nothing") {
        if (this.#queue.size === 0) events.empty();
        const batch = this.#batch();
        if (batch === undefined) return;
        if (!await this.#writer.write(batch)) return events.broken();
      }
    } finally {
      this.#isFlushing = false;
    }
  }

  #batch(): Uint8Array | undefined {
    const parts: Uint8Array[] = [];
    if (this.#pong) {
      parts.push(formatNoticeFrame({ ...this.#pong, leftUs: this.#nowUs() }));
      this.#pong = undefined;
    }
    for (const notice of this.#notices.splice(0)) parts.push(formatNoticeFrame(notice));
    if (this.#mode === "everything") {
      for (const frame of this.#queue.take(this.#allowed - this.#sent, BATCH_BYTES)) {
        parts.push(formatMedia(frame));
        this.#rate.add(frame);
        this.#sent++;
      }
      if (this.#queue.hasRoom) this.#makeRoom();
    }
    return parts.length === 0 ? undefined : concatBytes(parts);
  }

  #makeRoom(): void {
    this.#room?.resolve();
    this.#room = undefined;
  }

  #nowUs(): number {
    return Math.round(this.#options.clock.now() * 1_000);
  }
}
