/**
 * Publishes the events of one stream: that it begins, how it goes each second (also when it is over before the first), that it is held, how
 * it ended.
 *
 * @module
 */
import type { Clock } from "../../ground/clock.ts";
import type { StreamStats } from "../../peer/streams/mod.ts";
import type { OpenOffer } from "../offers.ts";
import type { EventSink } from "../ports.ts";
import { type KeptFile, receivedEvent } from "./kept_file.ts";
import { failedEvent, roundStats, streamEvent, type StreamOutcome, toEnding } from "./report.ts";

/** How often the figures are published. */
const STATS_MS = 1_000;

/** Options for {@linkcode StreamReport}. */
export interface StreamReportOptions {
  readonly clock: Clock;
  readonly events: EventSink;
  /** The figures as they are now. */
  figures(): StreamStats & { readonly receivers?: number };
}

/** The events of one stream, from its offer to its end. */
export class StreamReport {
  readonly #entry: OpenOffer;
  readonly #options: StreamReportOptions;
  readonly #over = new AbortController();
  #ticking: Promise<void> | undefined;
  #seconds = 0;

  /** Nothing is published yet. */
  constructor(entry: OpenOffer, options: StreamReportOptions) {
    this.#entry = entry;
    this.#options = options;
  }

  /** It runs: for the first time, or again. */
  runs(): void {
    this.#entry.change("running");
    this.#tell(this.#ticking ? "resumed" : "started");
    this.#ticking ??= this.#tick();
  }

  /** It is held by somebody. */
  held(by: string): void {
    this.#tell("paused", { heldBy: by });
  }

  /** It is over: takes the offer off the list. What came from others and was kept has been received. */
  async end(outcome: StreamOutcome, kept?: KeptFile): Promise<void> {
    this.#over.abort();
    await this.#ticking;
    const isTooShort = this.#ticking !== undefined && this.#seconds === 0;
    if (isTooShort) this.#tell("stats");
    const { offer } = this.#entry;
    this.#entry[Symbol.dispose]();
    if (kept && offer.direction === "in") this.#options.events.emit(receivedEvent(offer, kept));
    const error = failedEvent(outcome, offer);
    if (error) this.#options.events.emit(error);
    this.#tell("ended", {
      ending: toEnding(outcome, offer),
      ...(kept ? { path: kept.path } : {}),
    });
  }

  async #tick(): Promise<void> {
    const { clock } = this.#options;
    for (;;) {
      try {
        await clock.sleep(STATS_MS, this.#over.signal);
      } catch {
        return; // it is over
      }
      this.#seconds++;
      this.#tell("stats");
    }
  }

  #tell(
    state: Parameters<typeof streamEvent>[1],
    more: Partial<ReturnType<typeof streamEvent>> = {},
  ): void {
    const { receivers, ...stats } = this.#options.figures();
    this.#options.events.emit({
      ...streamEvent(this.#entry.offer, state),
      seconds: this.#seconds,
      ...roundStats(stats),
      ...(receivers === undefined ? {} : { receivers }),
      ...more,
    });
  }
}
