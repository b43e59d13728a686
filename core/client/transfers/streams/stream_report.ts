/**
 * Publishes the events of one stream: its start, its statistics every second (at least once), its pauses, and its end.
 *
 * @module
 */
import type { Clock } from "../../../ground/clock.ts";
import type { StreamStats } from "../../../peer/streams/mod.ts";
import type { EventSink } from "../../common/ports.ts";
import type { OpenOffer } from "../offers.ts";
import { type KeptFile, receivedEvent } from "./kept_file.ts";
import { failedEvent, roundStats, streamEvent, type StreamOutcome, toEnding } from "./report.ts";

/** How often statistics are published. */
const STATS_MS = 1_000;

/** Options for {@linkcode StreamReport}. */
export interface StreamReportOptions {
  readonly clock: Clock;
  readonly events: EventSink;
  /** The current statistics. */
  figures(): StreamStats & { readonly receivers?: number };
}

/** The events of one stream, from its offer to its end. */
export class StreamReport {
  readonly #entry: OpenOffer;
  readonly #options: StreamReportOptions;
  readonly #over = new AbortController();
  #ticking: Promise<void> | undefined;
  #seconds = 0;

  /** Publishes nothing yet. */
  constructor(entry: OpenOffer, options: StreamReportOptions) {
    this.#entry = entry;
    this.#options = options;
  }

  /** The stream has started or resumed. */
  runs(): void {
    this.#entry.change("running");
    this.#publish(this.#ticking ? "resumed" : "started");
    this.#ticking ??= this.#tick();
  }

  /** The stream was paused. */
  held(by: string): void {
    this.#publish("paused", { heldBy: by });
  }

  /** The stream has ended: removes it from the list of offers. Reports the saved file of an incoming stream. */
  async end(outcome: StreamOutcome, kept?: KeptFile): Promise<void> {
    this.#over.abort();
    await this.#ticking;
    const isTooShort = this.#ticking !== undefined && this.#seconds === 0;
    if (isTooShort) this.#publish("stats");
    const { offer } = this.#entry;
    this.#entry[Symbol.dispose]();
    if (kept && offer.direction === "in") this.#options.events.emit(receivedEvent(offer, kept));
    const error = failedEvent(outcome, offer);
    if (error) this.#options.events.emit(error);
    this.#publish("ended", {
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
        return; // the stream has ended
      }
      this.#seconds++;
      this.#publish("stats");
    }
  }

  #publish(
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
