/**
 * A stream of ours, to one person or to many, encoded once.
 *
 * @module
 */
import { endsByItself, type Source } from "../../media/sources.ts";
import type { Broadcast, StreamEnd, StreamSender, StreamStats } from "../../peer/streams/mod.ts";
import type { OpenOffer } from "../offers.ts";
import type { ActiveStream, MediaLink } from "./active.ts";
import { isRoomTarget } from "./asking.ts";
import { inspectKeptFile } from "./kept_file.ts";
import { type StreamOutcome, toEnding } from "./report.ts";
import { StreamReport, type StreamReportOptions } from "./stream_report.ts";

/** Options for {@linkcode OutgoingStream}. */
export interface OutgoingStreamOptions extends Omit<StreamReportOptions, "figures"> {
  readonly broadcast: Broadcast;
  readonly source: Source;
  readonly entry: OpenOffer;
}

/** A stream of ours. It is over when all who were asked have said no, have gone, or have heard it to its end. */
export class OutgoingStream implements ActiveStream {
  readonly entry: OpenOffer;
  readonly endsByItself: boolean;
  readonly ended: Promise<StreamOutcome>;
  readonly #isToRoom: boolean;
  readonly #options: OutgoingStreamOptions;
  readonly #report: StreamReport;
  readonly #receivers = new Map<string, StreamSender>();
  readonly #ends: StreamEnd[] = [];
  #open = 0;
  readonly #over = Promise.withResolvers<void>();
  #allAsked = false;
  #held = false;
  #begun = false;

  /** Nobody is asked yet. */
  constructor(options: OutgoingStreamOptions) {
    this.#options = options;
    this.entry = options.entry;
    this.#isToRoom = isRoomTarget(options.entry.offer.to);
    this.endsByItself = endsByItself(options.source);
    this.#report = new StreamReport(options.entry, {
      ...options,
      figures: () => this.stats,
    });
    this.ended = this.#run();
  }

  get stats(): StreamStats & { readonly receivers?: number } {
    const all = [...this.#receivers.values()].map(({ stats }) => stats);
    const most = (pick: (stats: StreamStats) => number) => Math.max(0, ...all.map(pick));
    const sum = (pick: (stats: StreamStats) => number) =>
      all.reduce((total, stats) => total + pick(stats), 0);
    const latencies = all.flatMap(({ latencyMs }) => latencyMs ?? []);
    return {
      codec: all.find(({ codec }) => codec !== "")?.codec ?? "",
      bitsPerSecond: most((stats) => stats.bitsPerSecond),
      bytes: sum((stats) => stats.bytes),
      latencyMs: latencies.length === 0 ? undefined : Math.max(...latencies),
      jitterMs: most((stats) => stats.jitterMs),
      bufferMs: most((stats) => stats.bufferMs),
      lost: sum((stats) => stats.lost),
      late: sum((stats) => stats.late),
      dropped: sum((stats) => stats.dropped),
      ...(this.#isToRoom ? { receivers: this.#listening } : {}),
    };
  }

  /** Asks somebody, on a link that is the stream's from now on. */
  ask(link: MediaLink): void {
    const receiver = this.#options.broadcast.send(link, {
      onState: (state) => this.#changed(link.account, state),
    });
    this.#receivers.set(link.account, receiver);
    this.#open++;
    if (this.#held) receiver.pause();
    void receiver.ended.then((end) => this.#left(link, end));
  }

  /** Nobody else will be asked. */
  allAsked(): void {
    this.#allAsked = true;
    if (this.#open === 0) this.#over.resolve();
  }

  pause(): void {
    if (this.#held) return;
    this.#held = true;
    for (const receiver of this.#receivers.values()) receiver.pause();
    if (this.#isToRoom && this.#begun) this.#report.held(this.entry.offer.from);
  }

  resume(): void {
    if (!this.#held) return;
    this.#held = false;
    for (const receiver of this.#receivers.values()) receiver.resume();
    if (this.#isToRoom && this.#begun) this.#report.runs();
  }

  setVolume(): void {
    // the other side has its own
  }

  async stop(): Promise<void> {
    await this.#options.broadcast.stop();
    this.allAsked();
    await this.ended;
  }

  async #run(): Promise<StreamOutcome> {
    await this.#over.promise;
    const { broadcast } = this.#options;
    await broadcast.stop();
    const outcome = summary(this.#ends);
    await this.#report.end(outcome, await inspectKeptFile(broadcast.savedAs));
    return outcome;
  }

  /** One receiver began, is held, goes on. Of many, what one of them does is not the whole. */
  #changed(account: string, state: StreamSender["state"]): void {
    if (this.#isToRoom && this.#begun) return;
    const { offer } = this.entry;
    if (state.at === "streaming") {
      this.#begun = true;
      this.#report.runs();
    } else if (state.at === "paused") {
      this.#report.held(state.by === "us" ? offer.from : account);
    }
  }

  #left(link: MediaLink, end: StreamEnd): void {
    this.#open--;
    this.#ends.push(end);
    void link[Symbol.asyncDispose]();
    if (this.#isToRoom && end.reason !== "done" && !("by" in end && end.by === "us")) {
      const { offer } = this.entry;
      const { id, number, names: [name = offer.kind], to: room } = offer;
      const ending = toEnding(end, offer, link.account);
      this.#options.events.emit({ event: "receiver-left", id, number, name, room, ending });
    }
    if (this.#allAsked && this.#open === 0) this.#over.resolve();
  }

  /** How many hear it. */
  get #listening(): number {
    const states = [...this.#receivers.values()].map(({ state }) => state.at);
    return states.filter((at) => at === "streaming" || at === "paused").length;
  }
}

/** What several ends come to: what went wrong here first, then what went right, then what others did. */
function summary(ends: readonly StreamEnd[]): StreamEnd {
  const isOurs = (end: StreamEnd) => "by" in end && end.by === "us";
  return ends.find((end) => end.reason === "failed" && isOurs(end)) ??
    ends.find(({ reason }) => reason === "done") ??
    ends.find(isOurs) ??
    ends.find(({ reason }) => reason !== "rejected") ??
    ends[0] ?? { reason: "stopped", by: "us" };
}
