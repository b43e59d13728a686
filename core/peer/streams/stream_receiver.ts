/**
 * A stream that was accepted: reads frames, evens them out, hands them to a player and a file, and
 * tells the sender what is wanted and how it goes.
 *
 * @module
 */
import type { Clock } from "../../clock.ts";
import { DEFAULT_DELAY_MS, JitterBuffer } from "../../media/jitter_buffer.ts";
import type { StreamConfig } from "../../media/frame.ts";
import { ProtocolError } from "../errors.ts";
import { readFrame, type SequencedFrame, type WireFrame } from "./frame_codec.ts";
import type { ReceivingLink, StreamAcceptOptions } from "./accept_options.ts";
import { Feedback } from "./feedback.ts";
import { StreamLatency } from "./latency.ts";
import { closeLink, type StreamLink } from "./link.ts";
import { Playout } from "./playout.ts";
import { PING_MS, STREAM_SILENCE_MS, type StreamNotice, type StreamOffer } from "./protocol.ts";
import { MediaRate } from "./rate.ts";
import { atMost, SilenceTimer } from "./silence_timer.ts";
import { Sinks } from "./sinks.ts";
import {
  codecName,
  type Side,
  type StreamEnd,
  type StreamState,
  type StreamStats,
} from "./types.ts";

/** A last word to a sender that does not read is given up after this. */
const GOODBYE_MS = 1_000;

/** A stream being received. */
export class StreamReceiver implements AsyncDisposable {
  /** Resolves when it is over: the link closed, the file complete, no process left. Never rejects. */
  readonly ended: Promise<StreamEnd>;
  readonly #link: StreamLink;
  readonly #offer: StreamOffer;
  readonly #clock: Clock;
  readonly #options: StreamAcceptOptions;
  readonly #feedback: Feedback;
  readonly #sinks: Sinks;
  readonly #buffer: JitterBuffer<SequencedFrame>;
  readonly #playout: Playout;
  readonly #latency = new StreamLatency();
  readonly #rate: MediaRate;
  readonly #stopped = Promise.withResolvers<StreamEnd>();
  /** Saved only, a file need not be evened out: it comes as fast as it can be written. */
  readonly #direct: boolean;
  #first: Promise<WireFrame | undefined> | undefined;
  #state: StreamState = { at: "offered" };
  #config: StreamConfig | undefined;
  readonly #heldBy = new Set<Side>();
  #theirEnd: StreamEnd | undefined;
  #over = false;
  /** Of the last frame of a live source that was kept. */
  #keptSequence = -1;
  #room = Promise.withResolvers<void>();

  /** Says yes at once. */
  constructor({ link, offer, clock, first }: ReceivingLink, options: StreamAcceptOptions) {
    this.#link = link;
    this.#offer = offer;
    this.#clock = clock;
    this.#first = first;
    this.#options = options;
    this.#rate = new MediaRate({ live: offer.live, clock });
    this.#sinks = new Sinks(options);
    this.#direct = !offer.live && !options.play;
    this.#buffer = new JitterBuffer({
      live: offer.live,
      delayMs: options.delayMs ?? DEFAULT_DELAY_MS,
    });
    this.#playout = new Playout({
      buffer: this.#buffer,
      clock,
      release: (frame) => this.#release(frame),
    });
    this.#feedback = new Feedback(link, {
      use: offer.live ? "live" : this.#direct ? "save" : "play",
      nowUs: () => this.#nowUs(),
    });
    this.ended = this.#run();
  }

  /** Where it stands. */
  get state(): StreamState {
    return this.#state;
  }

  /** The file it was saved as, once it is complete. */
  get savedAs(): string | undefined {
    return this.#sinks.savedAs;
  }

  /** The live figures. */
  get stats(): StreamStats {
    const { lost, late, jitterMs, bufferedMs } = this.#buffer.stats();
    return {
      codec: this.#config ? codecName(this.#config) : "",
      bitsPerSecond: this.#rate.bitsPerSecond,
      bytes: this.#rate.bytes,
      latencyMs: this.#offer.live ? this.#latency.ms : undefined,
      jitterMs,
      bufferMs: bufferedMs,
      lost,
      late,
      dropped: 0,
    };
  }

  /** Holds it here and now, and asks the sender to. */
  pause(): void {
    if (this.#state.at === "offered" || this.#state.at === "ended") return;
    void this.#feedback.tell({ type: "pause" });
    this.#hold("us");
  }

  /** Goes on, once the sender wants it too. */
  resume(): void {
    if (!this.#heldBy.has("us")) return;
    void this.#feedback.tell({ type: "resume" });
    this.#go("us");
  }

  /** Loudness in per cent, 0 to 200. */
  setVolume(percent: number): void {
    this.#sinks.setVolume(percent);
  }

  /** Ends it now. What came so far stays saved. */
  async stop(): Promise<StreamEnd> {
    this.#stopped.resolve({ reason: "stopped", by: "us" });
    return await this.ended;
  }

  /** Same as {@linkcode stop}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #run(): Promise<StreamEnd> {
    const onAbort = () => void this.stop();
    this.#options.signal?.addEventListener("abort", onAbort, { once: true });
    if (this.#options.signal?.aborted) onAbort();
    const timer = setInterval(() => this.#tick(), PING_MS);
    await using sinks = this.#sinks;
    const ours = Promise.race([this.#stopped.promise, sinks.gone]);
    const reading = this.#read();
    let end = await Promise.race([ours, reading]);
    clearInterval(timer);
    const isOurs = "by" in end && end.by === "us";
    this.#over = true;
    this.#makeRoom();
    if (isOurs) {
      // The sender closes the link: if we did while its frames come, it might never read our last word.
      const goodbye = this.#feedback.tell({ type: "stop" });
      await atMost(GOODBYE_MS, goodbye.then((wasSaid) => wasSaid ? reading : undefined));
    }
    closeLink(this.#link);
    if (!isOurs && (this.#offer.live || end.reason !== "stopped")) {
      this.#playout.drain();
      const finished = this.#playout.ended.then(() => sinks.finish());
      end = await Promise.race([ours, finished.then(() => end)]);
    }
    this.#playout.stop();
    await Promise.all([reading, sinks[Symbol.asyncDispose]()]);
    this.#options.signal?.removeEventListener("abort", onAbort);
    this.#setState({ at: "ended", end });
    return end;
  }

  /** Reads until the stream or the link ends. */
  async #read(): Promise<StreamEnd> {
    using silence = new SilenceTimer(STREAM_SILENCE_MS, () => closeLink(this.#link));
    try {
      silence.heard();
      this.#feedback.ping();
      for (let next = await this.#first; next; next = await readFrame(this.#link.reader)) {
        silence.heard();
        if (next.type === "media") await this.#receive(next.frame);
        else if (next.type === "config") await this.#configure(next.config);
        else if (this.#notice(next.notice) === "over") break;
      }
      return this.#theirEnd ?? { reason: "lost" };
    } catch (error) {
      if (this.#theirEnd) return this.#theirEnd;
      if (!(error instanceof ProtocolError) || error.fault === "cut") return { reason: "lost" };
      return { reason: "failed", by: "them", error };
    }
  }

  async #configure(config: StreamConfig): Promise<void> {
    if (this.#config) throw new ProtocolError("bad-shape", "The tracks of the stream came twice");
    this.#config = config;
    await this.#sinks.open(config, this.#offer.title);
    this.#setState({ at: "streaming" });
  }

  async #receive(frame: SequencedFrame): Promise<void> {
    if (!this.#config?.[frame.track] || this.#theirEnd) {
      throw new ProtocolError("bad-shape", `A frame of ${frame.track} came unannounced`);
    }
    if (this.#over) return; // on its way when it was stopped
    const nowMs = this.#clock.now();
    this.#feedback.received();
    this.#rate.add(frame);
    if (this.#direct) await this.#sinks.write(frame);
    else if (this.#offer.live) await this.#receiveLive(frame, nowMs);
    else await this.#receiveWaiting(frame, nowMs);
    this.#allow();
  }

  /** What comes too late to be heard is still kept. */
  async #receiveLive(frame: SequencedFrame, nowMs: number): Promise<void> {
    if (this.#heldBy.size > 0) return;
    this.#buffer.push(frame, nowMs);
    this.#playout.arrived();
    if (frame.sequence <= this.#keptSequence) return;
    this.#keptSequence = frame.sequence;
    await this.#sinks.keep(frame);
  }

  async #receiveWaiting(frame: SequencedFrame, nowMs: number): Promise<void> {
    while (this.#buffer.push(frame, nowMs) === "full" && !this.#over) {
      this.#room = Promise.withResolvers();
      await this.#room.promise;
    }
    this.#playout.arrived();
  }

  async #release(frame: SequencedFrame): Promise<void> {
    if (this.#offer.live) await this.#sinks.play(frame); // it was kept when it came
    else {
      await this.#sinks.write(frame);
      this.#makeRoom();
      this.#allow();
    }
    this.#latency.released(frame.timestampUs, this.#nowUs());
  }

  #notice(notice: StreamNotice): "over" | undefined {
    if (notice.type === "pong") {
      this.#latency.answered({ ...notice, backUs: this.#nowUs() }, notice.originUs);
    } else if (notice.type === "paused") {
      this.#hold("them");
    } else if (notice.type === "resumed") {
      this.#go("them");
    } else if (notice.reason === "stopped") {
      this.#theirEnd = { reason: "stopped", by: "them" };
      void this.#feedback.tell({ type: "received" });
      return "over";
    } else {
      // The sender waits until what came has been played: until then both may hold it.
      this.#theirEnd = notice.reason === "done"
        ? { reason: "done" }
        : { reason: "failed", by: "them" };
      this.#playout.drain();
      void this.#playout.ended.then(() => this.#feedback.tell({ type: "received" }));
    }
    return undefined;
  }

  #hold(by: Side): void {
    this.#heldBy.add(by);
    if (this.#offer.live) this.#buffer.reset();
    this.#playout.hold();
    if (this.#state.at === "streaming") this.#setState({ at: "paused", by });
  }

  #go(by: Side): void {
    if (!this.#heldBy.delete(by) || this.#heldBy.size > 0) return;
    if (this.#offer.live) this.#buffer.reset();
    else this.#buffer.resume(this.#clock.now());
    this.#playout.go();
    if (this.#state.at === "paused") this.#setState({ at: "streaming" });
  }

  /** Every second. */
  #tick(): void {
    if (!this.#feedback.report(this.stats)) return;
    this.#options.onStats?.(this.stats);
  }

  /** A file may go on when it was played, a live source when it arrived. */
  #allow(): void {
    this.#feedback.allow(this.#offer.live ? 0 : this.#buffer.size);
  }

  #setState(state: StreamState): void {
    this.#state = state;
    this.#options.onState?.(state);
  }

  #makeRoom(): void {
    this.#room.resolve();
  }

  #nowUs(): number {
    return Math.round(this.#clock.now() * 1_000);
  }
}
