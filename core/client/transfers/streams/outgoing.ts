/**
 * An outgoing stream, to one person or to many, encoded once.
 *
 * @module
 */
import { endsByItself, type Source } from "../../../media/sources.ts";
import type { Broadcast, StreamEnd, StreamSender, StreamStats } from "../../../peer/streams/mod.ts";
import type { OpenOffer } from "../offers.ts";
import type { ActiveStream, MediaLink } from "./active.ts";
import { isRoomTarget } from "./asking.ts";
import {
  type AudienceEffect,
  type AudienceInput,
  type AudienceRules,
  type AudienceState,
  isHeldByUs,
  NO_AUDIENCE,
  stepAudience,
} from "./audience_state.ts";
import { combineStats } from "./combined_stats.ts";
import { inspectKeptFile } from "./kept_file.ts";
import { type StreamOutcome, toEnding } from "./report.ts";
import { StreamReport, type StreamReportOptions } from "./stream_report.ts";

/** Options for {@linkcode OutgoingStream}. */
export interface OutgoingStreamOptions extends Omit<StreamReportOptions, "figures"> {
  readonly broadcast: Broadcast;
  readonly source: Source;
  readonly entry: OpenOffer;
}

/** An outgoing stream. It ends when each receiver has declined it, has left, or has received it to its end. */
export class OutgoingStream implements ActiveStream {
  readonly entry: OpenOffer;
  readonly endsByItself: boolean;
  readonly ended: Promise<StreamOutcome>;
  readonly #options: OutgoingStreamOptions;
  readonly #rules: AudienceRules;
  readonly #report: StreamReport;
  readonly #receivers = new Map<string, StreamSender>();
  readonly #over = Promise.withResolvers<StreamEnd>();
  #state: AudienceState = NO_AUDIENCE;

  /** Is not offered yet. */
  constructor(options: OutgoingStreamOptions) {
    const { entry, source } = options;
    this.#options = options;
    this.entry = entry;
    this.endsByItself = endsByItself(source);
    this.#rules = { isToRoom: isRoomTarget(entry.offer.to), self: entry.offer.from };
    this.#report = new StreamReport(entry, { ...options, figures: () => this.stats });
    this.ended = this.#run();
  }

  get stats(): StreamStats & { readonly receivers?: number } {
    const receivers = [...this.#receivers.values()];
    const stats = combineStats(receivers.map(({ stats }) => stats));
    if (!this.#rules.isToRoom) return stats;
    const listening = receivers.filter(({ state: { at } }) =>
      at === "streaming" || at === "paused"
    );
    return { ...stats, receivers: listening.length };
  }

  /** Offers the stream on a link, which it owns from now on. */
  ask(link: MediaLink): void {
    const { account } = link;
    const receiver = this.#options.broadcast.send(link, {
      onState: (state) => this.#take({ kind: "changed", account, state }),
    });
    this.#receivers.set(account, receiver);
    this.#take({ kind: "ask" });
    if (isHeldByUs(this.#state)) receiver.pause();
    void receiver.ended.then((end) => {
      void link[Symbol.asyncDispose]();
      this.#take({ kind: "left", account, end });
    });
  }

  /** No more receivers will be asked. */
  allAsked(): void {
    this.#take({ kind: "all-asked" });
  }

  pause(): void {
    this.#take({ kind: "hold" });
  }

  resume(): void {
    this.#take({ kind: "release" });
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
    const end = await this.#over.promise;
    const { broadcast } = this.#options;
    await broadcast.stop();
    await this.#report.end(end, await inspectKeptFile(broadcast.savedAs));
    return end;
  }

  #take(input: AudienceInput): void {
    const { state, effects } = stepAudience(this.#state, input, this.#rules);
    this.#state = state;
    for (const effect of effects) this.#do(effect);
  }

  #do(effect: AudienceEffect): void {
    switch (effect.effect) {
      case "pause":
        for (const receiver of this.#receivers.values()) receiver.pause();
        return;
      case "resume":
        for (const receiver of this.#receivers.values()) receiver.resume();
        return;
      case "report-running":
        return this.#report.runs();
      case "report-held":
        return this.#report.held(effect.by);
      case "report-left": {
        const { offer } = this.entry;
        const { id, number, names: [name = offer.kind], to: room } = offer;
        const ending = toEnding(effect.end, offer, effect.account);
        return this.#options.events.emit({
          ...{ event: "receiver-left", id, number, name, room, ending },
        });
      }
      case "end":
        return this.#over.resolve(effect.end);
    }
  }
}
