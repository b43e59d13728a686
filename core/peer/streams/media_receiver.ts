/**
 * Takes the frames of one stream from its link to player and file: evened out where they are played, and the sender
 * allowed more as they are used up.
 *
 * @module
 */
import type { Clock } from "../../ground/clock.ts";
import type { JitterBuffer } from "../../media/jitter_buffer.ts";
import type { StreamAcceptOptions } from "./accept_options.ts";
import type { Feedback } from "./feedback.ts";
import type { SequencedFrame } from "./frame_codec.ts";
import { Playout } from "./playout.ts";
import type { StreamOffer } from "./protocol.ts";
import type { ReceptionFigures } from "./reception_figures.ts";
import type { Sinks } from "./sinks.ts";

/** What frames are for: `live` are dropped when late, `play` wait for their time, `save` go straight to the disk. */
export type FrameUse = "live" | "play" | "save";

/** Options for a {@linkcode MediaReceiver}. */
export interface MediaReceiverOptions {
  readonly use: FrameUse;
  /** By which frames are played. */
  readonly clock: Clock;
  readonly buffer: JitterBuffer<SequencedFrame>;
  readonly sinks: Pick<Sinks, "play" | "keep" | "write">;
  readonly feedback: Pick<Feedback, "received" | "allow">;
  readonly figures: Pick<ReceptionFigures, "received" | "released">;
}

/** What the frames of an offer are for. Saved only, a file need not be evened out. */
export function frameUseOf(
  { live }: Pick<StreamOffer, "live">,
  { play }: Pick<StreamAcceptOptions, "play">,
): FrameUse {
  return live ? "live" : play ? "play" : "save";
}

/** The way of frames from the link to the sinks. */
export class MediaReceiver {
  /** Resolves when no frame is played any more: after {@linkcode drain} or {@linkcode stop}. */
  readonly played: Promise<void>;
  readonly #options: MediaReceiverOptions;
  readonly #playout: Playout;
  #isRefusing = false;
  /** Of the last frame of a live source that was kept. */
  #keptSequence = -1;
  #room = Promise.withResolvers<void>();

  /** Plays from now on, as frames are due. */
  constructor(options: MediaReceiverOptions) {
    this.#options = options;
    const { buffer, clock } = options;
    this.#playout = new Playout({ buffer, clock, release: (frame) => this.#release(frame) });
    this.played = this.#playout.ended;
  }

  /** Takes a frame; resolves when the next one may come. */
  async receive(frame: SequencedFrame): Promise<void> {
    if (this.#isRefusing) return; // on its way when it was stopped
    const { clock, feedback, figures, sinks, use } = this.#options;
    const nowMs = clock.now();
    feedback.received();
    figures.received(frame);
    if (use === "save") await sinks.write(frame);
    else if (use === "live") await this.#receiveLive(frame, nowMs);
    else await this.#receiveWaiting(frame, nowMs);
    this.#allow();
  }

  /** Plays nothing for now. */
  hold(): void {
    if (this.#options.use === "live") this.#options.buffer.reset();
    this.#playout.hold();
  }

  /** Plays again. */
  go(): void {
    const { buffer, clock, use } = this.#options;
    if (use === "live") buffer.reset();
    else buffer.resume(clock.now());
    this.#playout.go();
  }

  /** Takes no more frames; a frame that waits for room is dropped. */
  refuse(): void {
    this.#isRefusing = true;
    this.#room.resolve();
  }

  /** Plays what there is, and then no more. */
  drain(): void {
    this.#playout.drain();
  }

  /** Plays no more. */
  stop(): void {
    this.#playout.stop();
  }

  /** A frame that comes too late to be played is still kept. */
  async #receiveLive(frame: SequencedFrame, nowMs: number): Promise<void> {
    if (this.#playout.isHeld) return;
    this.#options.buffer.push(frame, nowMs);
    this.#playout.arrived();
    if (frame.sequence <= this.#keptSequence) return;
    this.#keptSequence = frame.sequence;
    await this.#options.sinks.keep(frame);
  }

  async #receiveWaiting(frame: SequencedFrame, nowMs: number): Promise<void> {
    while (this.#options.buffer.push(frame, nowMs) === "full" && !this.#isRefusing) {
      this.#room = Promise.withResolvers();
      await this.#room.promise;
    }
    this.#playout.arrived();
  }

  async #release(frame: SequencedFrame): Promise<void> {
    const { figures, sinks, use } = this.#options;
    if (use === "live") await sinks.play(frame); // it was kept when it came
    else {
      await sinks.write(frame);
      this.#room.resolve();
      this.#allow();
    }
    figures.released(frame);
  }

  /** A file may go on when it was played, a live source when it arrived. */
  #allow(): void {
    const { buffer, feedback, use } = this.#options;
    feedback.allow(use === "live" ? 0 : buffer.size);
  }
}
