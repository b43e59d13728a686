/**
 * Passes the frames of one stream from its link to player and file. Evens out their arrival if they are played, and
 * allows the sender more as they are used up.
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

/** The use of frames: `live` are dropped when late, `play` wait for their time, `save` are written to disk at once. */
export type FrameUse = "live" | "play" | "save";

/** Options for a {@linkcode MediaReceiver}. */
export interface MediaReceiverOptions {
  readonly use: FrameUse;
  /** Clock for playing frames. */
  readonly clock: Clock;
  readonly buffer: JitterBuffer<SequencedFrame>;
  readonly sinks: Pick<Sinks, "play" | "keep" | "write">;
  readonly feedback: Pick<Feedback, "received" | "allow">;
  readonly figures: Pick<ReceptionFigures, "received" | "released">;
}

/** The use of an offer's frames. The arrival of a file that is only saved need not be evened out. */
export function frameUseOf(
  { live }: Pick<StreamOffer, "live">,
  { play }: Pick<StreamAcceptOptions, "play">,
): FrameUse {
  return live ? "live" : play ? "play" : "save";
}

/** Passes frames from the link to the sinks. */
export class MediaReceiver {
  /** Resolves when no frame is played any more: after {@linkcode drain} or {@linkcode stop}. */
  readonly played: Promise<void>;
  readonly #options: MediaReceiverOptions;
  readonly #playout: Playout;
  #isRefusing = false;
  /** Number of the last saved frame of a live source. */
  #keptSequence = -1;
  #room = Promise.withResolvers<void>();

  /** Plays frames from now on, as they are due. */
  constructor(options: MediaReceiverOptions) {
    this.#options = options;
    const { buffer, clock } = options;
    this.#playout = new Playout({ buffer, clock, release: (frame) => this.#release(frame) });
    this.played = this.#playout.ended;
  }

  /** Handles a frame; resolves when the next may be received. */
  async receive(frame: SequencedFrame): Promise<void> {
    if (this.#isRefusing) return; // received after the stop
    const { clock, feedback, figures, sinks, use } = this.#options;
    const nowMs = clock.now();
    feedback.received();
    figures.received(frame);
    if (use === "save") await sinks.write(frame);
    else if (use === "live") await this.#receiveLive(frame, nowMs);
    else await this.#receiveWaiting(frame, nowMs);
    this.#allow();
  }

  /** Pauses playback. */
  hold(): void {
    if (this.#options.use === "live") this.#options.buffer.reset();
    this.#playout.hold();
  }

  /** Resumes playback. */
  go(): void {
    const { buffer, clock, use } = this.#options;
    if (use === "live") buffer.reset();
    else buffer.resume(clock.now());
    this.#playout.go();
  }

  /** Accepts no more frames; drops a frame that waits for space. */
  refuse(): void {
    this.#isRefusing = true;
    this.#room.resolve();
  }

  /** Plays the buffered frames, then ends. */
  drain(): void {
    this.#playout.drain();
  }

  /** Ends playback. */
  stop(): void {
    this.#playout.stop();
  }

  /** Saves a frame even if it is too late to be played. */
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
    if (use === "live") await sinks.play(frame); // it was saved on arrival
    else {
      await sinks.write(frame);
      this.#room.resolve();
      this.#allow();
    }
    figures.released(frame);
  }

  /** Allows more frames: of a file as they are played, of a live source as they arrive. */
  #allow(): void {
    const { buffer, feedback, use } = this.#options;
    feedback.allow(use === "live" ? 0 : buffer.size);
  }
}
