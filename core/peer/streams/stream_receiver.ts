/**
 * An accepted stream: passes lines of the link and requests of the user to {@linkcode stepReceiver}, and carries out its
 * effects.
 *
 * @module
 */
import type { StreamConfig } from "../../media/frame.ts";
import { DEFAULT_DELAY_MS, JitterBuffer } from "../../media/jitter_buffer.ts";
import { ProtocolError } from "../links/errors.ts";
import type { ReceivingLink, StreamAcceptOptions } from "./accept_options.ts";
import { Feedback } from "./feedback.ts";
import type { SequencedFrame } from "./frame_codec.ts";
import { closeLink } from "./link.ts";
import { frameUseOf, MediaReceiver } from "./media_receiver.ts";
import type { StreamNotice } from "./protocol.ts";
import { readStream } from "./read_stream.ts";
import {
  ACCEPTED_STREAM,
  type ReceiverEffect,
  type ReceiverInput,
  type ReceiverState,
  shownReceiverState,
  stepReceiver,
} from "./receiver_state.ts";
import { ReceptionFigures } from "./reception_figures.ts";
import { atMost } from "./silence_timer.ts";
import { Sinks } from "./sinks.ts";
import type { StreamEnd, StreamState, StreamStats } from "./types.ts";

/** How long to wait until the sender has read our last line. */
const GOODBYE_MS = 1_000;

/** A stream that is being received. */
export class StreamReceiver implements AsyncDisposable {
  /** Resolves when the stream has ended: link closed, file complete, no process left. Never rejects. */
  readonly ended: Promise<StreamEnd>;
  readonly #from: ReceivingLink;
  readonly #options: StreamAcceptOptions;
  readonly #sinks: Sinks;
  readonly #figures: ReceptionFigures;
  readonly #feedback: Feedback;
  readonly #media: MediaReceiver;
  readonly #over = Promise.withResolvers<StreamEnd>();
  readonly #reading: Promise<void>;
  #state: ReceiverState = ACCEPTED_STREAM;

  /** Accepts the offer at once. */
  constructor(from: ReceivingLink, options: StreamAcceptOptions) {
    const { link, offer, clock, first } = from;
    const { delayMs = DEFAULT_DELAY_MS, onStats, signal } = options;
    const { live } = offer;
    const use = frameUseOf(offer, options);
    const buffer = new JitterBuffer<SequencedFrame>({ live, delayMs });
    const sinks = new Sinks(options);
    const figures = new ReceptionFigures({ live, clock, buffer });
    const feedback = new Feedback(link, { use, figures, onStats });
    this.#from = from;
    this.#options = options;
    this.#sinks = sinks;
    this.#figures = figures;
    this.#feedback = feedback;
    this.#media = new MediaReceiver({ use, clock, buffer, sinks, feedback, figures });
    this.ended = this.#over.promise;
    const events = {
      open: (config: StreamConfig) => this.#open(config),
      receive: (frame: SequencedFrame) => this.#receive(frame),
      hear: (notice: StreamNotice) => this.#hear(notice),
    };
    this.#reading = readStream(link, first, events)
      .then((end) => this.#take({ kind: "link-over", end }));
    void sinks.gone.then((end) => this.#take({ kind: "enough", end }));
    if (signal) stopOn(signal, this);
  }

  /** The state of the stream. */
  get state(): StreamState {
    return shownReceiverState(this.#state);
  }

  /** The saved file, once it is complete. */
  get savedAs(): string | undefined {
    return this.#sinks.savedAs;
  }

  /** The live statistics. */
  get stats(): StreamStats {
    return this.#figures.stats;
  }

  /** Pauses the stream here at once, and asks the sender to pause it. */
  pause(): void {
    this.#take({ kind: "hold", by: "us" });
  }

  /** Resumes the stream, once the sender resumes it too. */
  resume(): void {
    this.#take({ kind: "release", by: "us" });
  }

  /** Sets the volume in percent, 0 to 200. */
  setVolume(percent: number): void {
    this.#sinks.setVolume(percent);
  }

  /** Ends the stream at once. Frames received so far stay saved. */
  async stop(): Promise<StreamEnd> {
    this.#take({ kind: "enough", end: { reason: "stopped", by: "us" } });
    return await this.ended;
  }

  /** Same as {@linkcode stop}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #take(input: ReceiverInput): void {
    const { state, effects } = stepReceiver(this.#state, input, this.#from.offer);
    this.#state = state;
    for (const effect of effects) this.#do(effect);
  }

  #do(effect: ReceiverEffect): void {
    switch (effect.effect) {
      case "tell":
        return void this.#feedback.tell(effect.control);
      case "show":
        this.#options.onState?.(effect.state);
        if (effect.state.at === "ended") this.#over.resolve(effect.state.end);
        return;
      case "hold":
        return this.#media.hold();
      case "go":
        return this.#media.go();
      case "confirm-when-played":
        this.#media.drain();
        return void this.#media.played.then(() => this.#feedback.tell({ type: "received" }));
      case "drain":
        return void this.#drain();
      case "say-goodbye":
        return void this.#sayGoodbye();
      case "close-link":
        this.#feedback.endReports();
        return closeLink(this.#from.link);
      case "close-sinks":
        return void this.#closeSinks();
    }
  }

  async #drain(): Promise<void> {
    this.#media.drain();
    await this.#media.played;
    await this.#sinks.finish();
    this.#take({ kind: "played" });
  }

  async #sayGoodbye(): Promise<void> {
    this.#feedback.endReports();
    this.#media.refuse();
    const goodbye = this.#feedback.tell({ type: "stop" });
    await atMost(GOODBYE_MS, goodbye.then((wasSaid) => wasSaid ? this.#reading : undefined));
    this.#take({ kind: "goodbye-over" });
  }

  async #closeSinks(): Promise<void> {
    this.#media.stop();
    await Promise.all([this.#reading, this.#sinks[Symbol.asyncDispose]()]);
    this.#take({ kind: "closed" });
  }

  async #open(config: StreamConfig): Promise<void> {
    if (this.#figures.config) {
      throw new ProtocolError("bad-shape", "The tracks of the stream came twice");
    }
    this.#figures.began(config);
    await this.#sinks.open(config, this.#from.offer.title);
    this.#take({ kind: "opened" });
  }

  async #receive(frame: SequencedFrame): Promise<void> {
    if (!this.#figures.config?.[frame.track] || this.#state.at === "ending") {
      throw new ProtocolError("bad-shape", `A frame of ${frame.track} came unannounced`);
    }
    await this.#media.receive(frame);
  }

  #hear(notice: StreamNotice): void {
    switch (notice.type) {
      case "pong":
        return this.#figures.answered(notice);
      case "paused":
        return this.#take({ kind: "hold", by: "them" });
      case "resumed":
        return this.#take({ kind: "release", by: "them" });
      case "end":
        return this.#take({ kind: "last-word", reason: notice.reason });
    }
  }
}

function stopOn(signal: AbortSignal, receiver: StreamReceiver): void {
  const stop = () => void receiver.stop();
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop, { once: true });
  void receiver.ended.then(() => signal.removeEventListener("abort", stop));
}
