/**
 * One receiver of a stream, as its sender sees it: offers, waits for the answer, sends frames as the
 * receiver allows, hears what it wants.
 *
 * @module
 */
import { concatBytes } from "../../bytes.ts";
import type { MediaFrame, StreamConfig } from "../../media/frame.ts";
import { ProtocolError } from "../errors.ts";
import { formatJsonLine } from "../json_lines.ts";
import { formatConfig, formatMedia, formatNoticeFrame } from "./frame_codec.ts";
import { closeLink, LinkWriter, type StreamLink } from "./link.ts";
import type { StreamSenderOptions } from "./stream_sender_options.ts";
import {
  answerShape,
  controlShape,
  MAX_CONTROL_BYTES,
  MAX_HEADER_BYTES,
  type Pong,
  type ReceptionReport,
  STREAM_SILENCE_MS,
  type StreamControl,
  type StreamNotice,
} from "./protocol.ts";
import { MediaRate } from "./rate.ts";
import { SendQueue } from "./send_queue.ts";
import { atMost, SilenceTimer } from "./silence_timer.ts";
import {
  codecName,
  type Side,
  type StreamEnd,
  type StreamState,
  type StreamStats,
} from "./types.ts";

/** One write is about as large; frames of sound are some 200 bytes. */
const BATCH_BYTES = 64 * 1024;
/** A last word to a receiver that does not read is given up after this. */
const GOODBYE_MS = 1_000;

/** One receiver. */
export class StreamSender {
  /** Resolves with the answer; to false also when it ends before. Never rejects. */
  readonly accepted: Promise<boolean>;
  /** Resolves when it is over and the link is closed; never rejects. */
  readonly ended: Promise<StreamEnd>;
  readonly #link: StreamLink;
  readonly #options: StreamSenderOptions;
  readonly #writer: LinkWriter;
  readonly #queue: SendQueue;
  readonly #rate: MediaRate;
  readonly #silence = new SilenceTimer(STREAM_SILENCE_MS, () => this.#end({ reason: "lost" }));
  readonly #answer = Promise.withResolvers<boolean>();
  readonly #over = Promise.withResolvers<StreamEnd>();
  readonly #pausedBy = new Set<Side>();
  #state: StreamState = { at: "offered" };
  #config: StreamConfig | undefined;
  #notices: StreamNotice[] = [];
  #pong: Pong | undefined;
  #allowed = 0;
  #sent = 0;
  #report: ReceptionReport | undefined;
  #finish: StreamEnd | undefined;
  #isAccepted = false;
  #endSaid = false;
  #stopping: Promise<void> | undefined;
  #sending = false;
  #room: PromiseWithResolvers<void> | undefined;

  /** Sends the offer at once. */
  constructor(link: StreamLink, options: StreamSenderOptions) {
    this.#link = link;
    this.#options = options;
    this.#writer = new LinkWriter(link.conn);
    this.#queue = new SendQueue(options.offer.live);
    this.#rate = new MediaRate({ live: options.offer.live, clock: options.clock });
    this.accepted = this.#answer.promise;
    this.ended = this.#over.promise;
    void this.#writer.write(formatJsonLine(options.offer));
    void this.#listen();
  }

  /** Where it stands. */
  get state(): StreamState {
    return this.#state;
  }

  /** The live figures; those only the receiver knows are a second old. */
  get stats(): StreamStats {
    const report = this.#report;
    return {
      codec: this.#config ? codecName(this.#config) : "",
      bitsPerSecond: this.#rate.bitsPerSecond,
      bytes: this.#rate.bytes,
      latencyMs: report?.latencyMs ?? undefined,
      jitterMs: report?.jitterMs ?? 0,
      bufferMs: report?.bufferMs ?? 0,
      lost: report?.lost ?? 0,
      late: report?.late ?? 0,
      dropped: this.#queue.dropped,
    };
  }

  /** Begins: after the answer, before the first frame. */
  begin(config: StreamConfig): void {
    if (this.#config !== undefined || this.#state.at === "ended") return;
    this.#config = config;
    void this.#writer.write(formatConfig(config));
    this.#setState({ at: "streaming" });
    if (this.#pausedBy.size > 0) this.#hold(this.#pausedBy.has("us") ? "us" : "them");
  }

  /** Queues a frame. Live, it may push out others; else wait for {@linkcode room} before. */
  push(frame: MediaFrame): void {
    if (this.#config === undefined || this.#state.at === "ended") return;
    if (this.#state.at === "paused" && this.#options.offer.live) return;
    this.#queue.offer(frame);
    void this.#send();
  }

  /** Resolves when there is room for more, or nothing more is wanted. */
  async room(): Promise<void> {
    while (this.#state.at !== "ended" && (this.#state.at === "paused" || !this.#queue.hasRoom)) {
      this.#room ??= Promise.withResolvers();
      await this.#room.promise;
    }
  }

  /** There is nothing more: sends what is queued, says so, and waits until all has arrived. */
  async finish(end: StreamEnd): Promise<StreamEnd> {
    if (this.#config === undefined) await this.#leave(end, "failed");
    this.#finish ??= end;
    void this.#send();
    return await this.ended;
  }

  /** Holds the stream. */
  pause(by: Side = "us"): void {
    this.#pausedBy.add(by);
    if (this.#state.at === "streaming") this.#hold(by);
  }

  /** Goes on, once both sides want it. */
  resume(by: Side = "us"): void {
    this.#pausedBy.delete(by);
    if (this.#pausedBy.size > 0 || this.#state.at !== "paused") return;
    this.#notices.push({ type: "resumed" });
    this.#setState({ at: "streaming" });
    void this.#send();
  }

  /** Ends it now. May be called twice. */
  async stop(): Promise<StreamEnd> {
    if (this.#state.at !== "ended") await (this.#stopping ??= this.#stop());
    return await this.ended;
  }

  async #stop(): Promise<void> {
    this.#queue.clear();
    await this.#leave({ reason: "stopped", by: "us" }, "stopped");
  }

  /** The receiver closes the link: if we did, it might never read our last word. */
  async #leave(end: StreamEnd, reason: "stopped" | "failed"): Promise<void> {
    this.#finish = end;
    if (this.#isAccepted && !this.#endSaid) {
      this.#endSaid = true;
      const goodbye = this.#writer.write(formatNoticeFrame({ type: "end", reason }));
      await atMost(GOODBYE_MS, goodbye.then((wasSaid) => wasSaid ? this.ended : undefined));
    }
    this.#end(end);
  }

  #hold(by: Side): void {
    if (this.#options.offer.live) this.#queue.clear();
    this.#notices.push({ type: "paused" });
    this.#setState({ at: "paused", by });
    void this.#send();
  }

  /** Hears the answer, then what the receiver wants, until the link ends. */
  async #listen(): Promise<void> {
    const { reader } = this.#link;
    try {
      const answer = await reader.readJson(answerShape, MAX_HEADER_BYTES);
      if (answer === null) return this.#end({ reason: "lost" });
      if (!answer.accept) {
        return this.#end({ reason: "rejected", by: "them", text: answer.reason });
      }
      this.#allowed = answer.frames;
      this.#isAccepted = true;
      this.#answer.resolve(true);
      this.#silence.heard();
      for (let control; (control = await reader.readJson(controlShape, MAX_CONTROL_BYTES));) {
        this.#silence.heard();
        this.#obey(control);
      }
      this.#gone();
    } catch (error) {
      if (!(error instanceof ProtocolError) || error.fault === "cut") return this.#gone();
      this.#end({ reason: "failed", by: "them", error });
    }
  }

  /** The link is closed. After our own last word that is how it should be. */
  #gone(): void {
    this.#end(this.#finish?.reason === "stopped" ? this.#finish : { reason: "lost" });
  }

  #obey(control: StreamControl): void {
    const cameUs = this.#nowUs();
    if (control.type === "allow") {
      this.#allowed = Math.max(this.#allowed, control.frames);
    } else if (control.type === "ping") {
      // The last one counts: whoever asks faster than we can write gets fewer answers.
      const originMs = this.#options.originMs();
      const originUs = originMs === undefined ? null : Math.round(originMs * 1_000);
      this.#pong = { type: "pong", sentUs: control.sentUs, cameUs, leftUs: cameUs, originUs };
    } else if (control.type === "report") {
      this.#report = control;
    } else if (control.type === "pause") {
      this.pause("them");
    } else if (control.type === "resume") {
      this.resume("them");
    } else if (control.type === "stop") {
      this.#end({ reason: "stopped", by: "them" });
    } else {
      this.#end(this.#finish ?? { reason: "stopped", by: "them" });
    }
    void this.#send();
  }

  /** Sends until there is nothing that may be sent; only one at a time does. */
  async #send(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    try {
      while (this.#state.at !== "ended" && this.#config !== undefined) {
        const batch = this.#batch();
        if (batch === undefined) break;
        if (!await this.#writer.write(batch)) return this.#end({ reason: "lost" });
      }
    } finally {
      this.#sending = false;
    }
  }

  #batch(): Uint8Array | undefined {
    const parts: Uint8Array[] = [];
    if (this.#pong) {
      parts.push(formatNoticeFrame({ ...this.#pong, leftUs: this.#nowUs() }));
      this.#pong = undefined;
    }
    for (const notice of this.#notices.splice(0)) parts.push(formatNoticeFrame(notice));
    if (this.#state.at === "streaming") {
      for (const frame of this.#queue.take(this.#allowed - this.#sent, BATCH_BYTES)) {
        parts.push(formatMedia(frame));
        this.#rate.add(frame);
        this.#sent++;
      }
      if (this.#queue.hasRoom) this.#makeRoom();
    }
    if (this.#finish && this.#queue.size === 0 && !this.#endSaid) {
      this.#endSaid = true;
      const reason = this.#finish.reason === "done" ? "done" : "failed";
      parts.push(formatNoticeFrame({ type: "end", reason }));
    }
    return parts.length === 0 ? undefined : concatBytes(parts);
  }

  #setState(state: StreamState): void {
    this.#state = state;
    this.#makeRoom();
    this.#options.onState?.(state);
  }

  #makeRoom(): void {
    this.#room?.resolve();
    this.#room = undefined;
  }

  #end(end: StreamEnd): void {
    if (this.#state.at === "ended") return;
    this.#setState({ at: "ended", end });
    this.#silence[Symbol.dispose]();
    this.#answer.resolve(false);
    closeLink(this.#link);
    this.#over.resolve(end);
  }

  #nowUs(): number {
    return Math.round(this.#options.clock.now() * 1_000);
  }
}
