/**
 * The stream to one receiver: passes lines of the link and requests of the user to {@linkcode stepSender}, and carries
 * out its effects.
 *
 * @module
 */
import type { MediaFrame, StreamConfig } from "../../media/frame.ts";
import { ProtocolError } from "../links/errors.ts";
import { formatJsonLine } from "../links/json_lines.ts";
import { formatConfig, formatNoticeFrame } from "./frame_codec.ts";
import { closeLink, type StreamLink } from "./link.ts";
import { MediaSender } from "./media_sender.ts";
import {
  answerShape,
  controlShape,
  MAX_CONTROL_BYTES,
  MAX_HEADER_BYTES,
  type ReceptionReport,
  STREAM_SILENCE_MS,
  type StreamControl,
} from "./protocol.ts";
import {
  OFFERED_STREAM,
  type SenderEffect,
  type SenderInput,
  type SenderState,
  sendModeOf,
  shownState,
  stepSender,
} from "./sender_state.ts";
import { atMost, SilenceTimer } from "./silence_timer.ts";
import type { StreamSenderOptions } from "./stream_sender_options.ts";
import { codecName, type StreamEnd, type StreamState, type StreamStats } from "./types.ts";

/** How long to wait until the receiver has read our last notice. */
const GOODBYE_MS = 1_000;

/** The stream to one receiver. */
export class StreamSender {
  /** Resolves with the answer, or with false if the stream ends first. Never rejects. */
  readonly accepted: Promise<boolean>;
  /** Resolves when the stream has ended and the link is closed; never rejects. */
  readonly ended: Promise<StreamEnd>;
  readonly #link: StreamLink;
  readonly #options: StreamSenderOptions;
  readonly #media: MediaSender;
  readonly #silence = new SilenceTimer(STREAM_SILENCE_MS, () => this.#take({ kind: "lost" }));
  readonly #answer = Promise.withResolvers<boolean>();
  readonly #over = Promise.withResolvers<StreamEnd>();
  #state: SenderState = OFFERED_STREAM;
  #config: StreamConfig | undefined;
  #report: ReceptionReport | undefined;

  /** Sends the offer at once. */
  constructor(link: StreamLink, options: StreamSenderOptions) {
    this.#link = link;
    this.#options = options;
    this.#media = new MediaSender(link, {
      live: options.offer.live,
      clock: options.clock,
      events: {
        empty: () => this.#take({ kind: "empty" }),
        broken: () => this.#take({ kind: "lost" }),
      },
    });
    this.accepted = this.#answer.promise;
    this.ended = this.#over.promise;
    void this.#media.write(formatJsonLine(options.offer));
    void this.#listen();
  }

  /** The state of the stream. */
  get state(): StreamState {
    return shownState(this.#state);
  }

  /** The live statistics; those from the receiver may be a second old. */
  get stats(): StreamStats {
    const report = this.#report;
    return {
      codec: this.#config ? codecName(this.#config) : "",
      bitsPerSecond: this.#media.bitsPerSecond,
      bytes: this.#media.bytes,
      latencyMs: report?.latencyMs ?? undefined,
      jitterMs: report?.jitterMs ?? 0,
      bufferMs: report?.bufferMs ?? 0,
      lost: report?.lost ?? 0,
      late: report?.late ?? 0,
      dropped: this.#media.dropped,
    };
  }

  /** Starts the stream, after the answer and before the first frame. */
  begin(config: StreamConfig): void {
    this.#config ??= config;
    this.#take({ kind: "begin" });
  }

  /** Queues a frame. A frame of a live source may displace others; for other sources wait for {@linkcode room} first. */
  push(frame: MediaFrame): void {
    this.#media.push(frame);
  }

  /** Resolves when there is space for more frames, or no more are needed. */
  room(): Promise<void> {
    return this.#media.room();
  }

  /** Ends the stream: sends the queue and the end, and waits until everything has arrived. */
  async finish(end: StreamEnd): Promise<StreamEnd> {
    this.#take({ kind: "finish", end });
    return await this.ended;
  }

  /** Pauses the stream. */
  pause(): void {
    this.#take({ kind: "hold", by: "us" });
  }

  /** Resumes the stream, once both sides resume it. */
  resume(): void {
    this.#take({ kind: "release", by: "us" });
  }

  /** Ends the stream at once. May be called twice. */
  async stop(): Promise<StreamEnd> {
    this.#take({ kind: "stop" });
    return await this.ended;
  }

  #take(input: SenderInput): void {
    const { state, effects } = stepSender(this.#state, input);
    if (state === this.#state) return; // usual when the queue is empty
    this.#state = state;
    this.#media.setMode(sendModeOf(state));
    for (const effect of effects) this.#do(effect);
    void this.#media.flush();
  }

  #do(effect: SenderEffect): void {
    switch (effect.effect) {
      case "accept":
        this.#silence.heard();
        return this.#answer.resolve(true);
      case "write-config":
        if (this.#config) void this.#media.write(formatConfig(this.#config));
        return;
      case "notify":
        return this.#media.notify(effect.notice);
      case "show":
        return this.#options.onState?.(effect.state);
      case "say-goodbye":
        return void this.#sayGoodbye(effect.reason);
      case "close":
        this.#silence[Symbol.dispose]();
        this.#answer.resolve(false);
        closeLink(this.#link);
        return this.#over.resolve(effect.end);
    }
  }

  async #sayGoodbye(reason: "stopped" | "failed"): Promise<void> {
    const goodbye = this.#media.write(formatNoticeFrame({ type: "end", reason }));
    await atMost(GOODBYE_MS, goodbye.then((wasSaid) => wasSaid ? this.ended : undefined));
    this.#take({ kind: "goodbye-over" });
  }

  /** Reads the answer, then the receiver's lines, until the link ends. */
  async #listen(): Promise<void> {
    const { reader } = this.#link;
    try {
      const answer = await reader.readJson(answerShape, MAX_HEADER_BYTES);
      if (answer === null) return this.#take({ kind: "lost" });
      if (!answer.accept) return this.#take({ kind: "rejected", text: answer.reason });
      this.#media.allow(answer.frames);
      this.#take({ kind: "accepted" });
      for (let control; (control = await reader.readJson(controlShape, MAX_CONTROL_BYTES));) {
        this.#silence.heard();
        this.#obey(control);
      }
      this.#take({ kind: "closed-there" });
    } catch (error) {
      const isBroken = !(error instanceof ProtocolError) || error.fault === "cut";
      this.#take(isBroken ? { kind: "closed-there" } : { kind: "failed-there", error });
    }
  }

  #obey(control: StreamControl): void {
    switch (control.type) {
      case "allow":
        this.#media.allow(control.frames);
        return void this.#media.flush();
      case "ping":
        this.#media.answerPing(control.sentUs, this.#options.originMs());
        return void this.#media.flush();
      case "report":
        this.#report = control;
        return;
      case "pause":
        return this.#take({ kind: "hold", by: "them" });
      case "resume":
        return this.#take({ kind: "release", by: "them" });
      case "stop":
        return this.#take({ kind: "stopped-there" });
      case "received":
        return this.#take({ kind: "received" });
    }
  }
}
