/**
 * Sends one source, encoded once, to any number of receivers.
 *
 * The encoder starts when the first receiver accepts, and ends with the source or when the last receiver leaves. A later
 * receiver starts at the current position, with the decoder configuration and a key frame.
 *
 * @module
 */
import { type Clock, systemClock } from "../../ground/clock.ts";
import { AUDIO_BITRATE, Encoder, type EncoderOptions, VIDEO_BITRATE } from "../../media/encoder.ts";
import { MediaError } from "../../media/errors.ts";
import { ArrivalJitter } from "../../media/jitter.ts";
import { sourceTitle } from "../../media/source_title.ts";
import { checkSource, endsByItself, isLive, type Source } from "../../media/sources.ts";
import type { StreamLink } from "./link.ts";
import { isOfferRoom, shortText, type StreamOffer } from "./protocol.ts";
import { Sinks } from "./sinks.ts";
import { StreamSender } from "./stream_sender.ts";
import type { StreamSenderOptions } from "./stream_sender_options.ts";
import type { StreamEnd } from "./types.ts";

/** Options for sending a stream. */
export interface SendStreamOptions extends Omit<EncoderOptions, "signal"> {
  /** The title for receivers; by default the source's name without its folder. */
  readonly title?: string | undefined;
  /** Identifies the stream on both sides; a new id by default. */
  readonly id?: string | undefined;
  /** The room whose members are the receivers. */
  readonly room?: string | undefined;
  /** The id of its call. */
  readonly call?: string | undefined;
  /** Saves a copy as a new file in this folder. */
  readonly folder?: string | undefined;
  /** Called when the copy could not be saved; sending continues. */
  readonly onProblem?: ((error: MediaError) => void) | undefined;
  /** Stops the stream. */
  readonly signal?: AbortSignal | undefined;
  /** Clock for statistics; by default the system's. */
  readonly clock?: Clock | undefined;
}

/**
 * One source for several receivers. A file is sent at playback speed, so that no receiver has to wait for another; a
 * receiver that is too slow misses frames.
 */
export class Broadcast implements AsyncDisposable {
  /** The offer to each receiver. */
  readonly offer: StreamOffer;
  readonly #source: Source;
  readonly #options: SendStreamOptions;
  readonly #clock: Clock;
  readonly #copy: Sinks;
  readonly #arrivals = new ArrivalJitter();
  readonly #receivers = new Set<StreamSender>();
  readonly #joined = new Set<StreamSender>();
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  #encoder: Encoder | undefined;
  #pump: Promise<void> | undefined;

  /** Use {@linkcode Broadcast.open}, which checks the source first. */
  private constructor(source: Source, options: SendStreamOptions) {
    const { kind, call, room, audioBitrate = AUDIO_BITRATE, videoBitrate = VIDEO_BITRATE } =
      options;
    this.#source = source;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#copy = new Sinks({ folder: options.folder });
    void this.#copy.gone.then((end) => {
      if (end.reason === "failed" && end.error instanceof MediaError) {
        options.onProblem?.(end.error);
      }
    });
    this.#signal = options.signal
      ? AbortSignal.any([options.signal, this.#stop.signal])
      : this.#stop.signal;
    this.#signal.addEventListener("abort", () => void this.stop(), { once: true });
    this.offer = {
      v: 1,
      id: options.id ?? crypto.randomUUID(),
      ...(call === undefined ? {} : { call }),
      ...(room !== undefined && isOfferRoom(room) ? { room } : {}),
      kind,
      title: shortText(options.title ?? sourceTitle(source)),
      live: options.paced === true || isLive(source),
      ends: endsByItself(source),
      bitrate: audioBitrate + (kind === "video" ? videoBitrate : 0),
    };
  }

  /**
   * Creates a broadcast without starting it.
   *
   * Needs `--allow-read` for a file, and later `--allow-run=ffmpeg`.
   *
   * @throws {MediaError} `refused-source` when the file cannot be opened.
   */
  static async open(source: Source, options: SendStreamOptions): Promise<Broadcast> {
    const checked = await checkSource(source);
    options.signal?.throwIfAborted();
    return new Broadcast(checked, options);
  }

  /** Process id of the encoder while it runs. */
  get encoderPid(): number | undefined {
    return this.#encoder?.pid;
  }

  /** The saved copy, once it is complete. */
  get savedAs(): string | undefined {
    return this.#copy.savedAs;
  }

  /** Offers the stream on a link, which it owns from now on and closes at the end. */
  send(link: StreamLink, { onState }: Pick<StreamSenderOptions, "onState"> = {}): StreamSender {
    const receiver = new StreamSender(link, {
      offer: this.offer,
      clock: this.#clock,
      originMs: () => this.#originMs(),
      onState,
    });
    this.#receivers.add(receiver);
    void receiver.ended.then(() => this.#left(receiver));
    void receiver.accepted.then((accepted) => accepted && this.#join(receiver));
    if (this.#signal.aborted) void receiver.stop();
    return receiver;
  }

  /** Ends the stream for all receivers; resolves when all links are closed and ffmpeg has ended. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all([...this.#receivers].map((receiver) => receiver.stop()));
    await this.#pump;
  }

  /** Same as {@linkcode stop}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #join(receiver: StreamSender): void {
    this.#joined.add(receiver);
    if (this.#encoder) receiver.begin(this.#encoder.config);
    this.#pump ??= this.#run();
  }

  /** Removes a receiver. Stops encoding when none is left and none may still accept. */
  #left(receiver: StreamSender): void {
    this.#receivers.delete(receiver);
    this.#joined.delete(receiver);
    if (this.#receivers.size === 0 && this.#pump) this.#stop.abort();
  }

  async #run(): Promise<void> {
    let end: StreamEnd = { reason: "done" };
    try {
      const signal = this.#signal;
      await using encoder = await Encoder.open(this.#source, { ...this.#options, signal });
      this.#encoder = encoder;
      await this.#copy.open(encoder.config, this.offer.title);
      for (const receiver of this.#joined) receiver.begin(encoder.config);
      await this.#feed(encoder);
    } catch (error) {
      if (error instanceof MediaError) end = { reason: "failed", by: "us", error };
      else if (!this.#signal.aborted) throw error;
    } finally {
      this.#encoder = undefined;
      await this.#copy.finish();
    }
    await Promise.all([...this.#receivers].map((receiver) => receiver.finish(end)));
  }

  async #feed(encoder: Encoder): Promise<void> {
    while (!this.#signal.aborted) {
      if (!this.offer.live) await Promise.all([...this.#joined].map((one) => one.room()));
      const frames = await encoder.read();
      if (frames === undefined) return;
      const nowMs = this.#clock.now();
      for (const frame of frames) {
        this.#arrivals.add(frame.timestampUs, nowMs);
        for (const receiver of this.#joined) receiver.push(frame);
        await this.#copy.write(frame);
      }
    }
  }

  #originMs(): number | undefined {
    const originMs = this.#arrivals.shortestMs;
    return this.offer.live && Number.isFinite(originMs) ? originMs : undefined;
  }
}
