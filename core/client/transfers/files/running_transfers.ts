/**
 * The transfers of one client that have not ended, and their events.
 *
 * @module
 */
import type { Clock } from "../../../ground/clock.ts";
import type { Progress } from "../../../peer/files/mod.ts";
import type { EventSink } from "../../common/ports.ts";
import type { Offers, OpenOffer } from "../offers.ts";
import { isAwaited, settlePendingWork } from "../settling.ts";
import {
  endEvent,
  errorEvent,
  interruptedEvent,
  progressEvent,
  type TransferOutcome,
} from "./report.ts";

/** Receives the events of one running transfer. */
export interface TransferReport {
  /** The offer was accepted; the transfer is running. */
  running(): void;
  /** Bytes were transferred. */
  progressed(progress: Progress): void;
  /** The link was lost; `retryInMs` is missing if the sender has to offer the transfer again. */
  interrupted(error: Error, retryInMs?: number): void;
}

/** Offers of files in both directions, and their transfers. */
export class RunningTransfers {
  readonly #events: EventSink;
  readonly #works = new Map<OpenOffer, Promise<void>>();

  constructor(events: EventSink) {
    this.#events = events;
  }

  /** Adds a transfer; when `work` settles, removes it from the list of offers and publishes the event of its end. */
  run(entry: OpenOffer, work: () => Promise<TransferOutcome>): void {
    const { offer } = entry;
    const running = work()
      .then((outcome) => endEvent(offer, outcome), (error) => errorEvent(offer, error))
      .then((event) => {
        entry[Symbol.dispose]();
        this.#works.delete(entry);
        this.#events.emit(event);
      });
    this.#works.set(entry, running);
  }

  /** Returns the report of a listed transfer. */
  reportOf(entry: OpenOffer): TransferReport {
    return {
      running: () => entry.change("running"),
      progressed: (progress) => {
        entry.change("running");
        this.#events.emit(progressEvent(entry.offer, progress));
      },
      interrupted: (error, retryInMs) => {
        if (entry.state === "running") entry.change("interrupted");
        this.#events.emit(interruptedEvent(entry.offer, error, retryInMs));
      },
    };
  }

  /** Resolves when no transfer is running, except offers unanswered for too long. */
  async settled(clock: Clock): Promise<void> {
    await settlePendingWork(clock, (withUnanswered) => {
      const awaited = [...this.#works].filter(([entry]) => isAwaited(entry, withUnanswered));
      return awaited.map(([, work]) => work);
    });
  }

  /** Cancels all transfers; resolves when they have ended. */
  async cancelAll(offers: Pick<Offers, "cancel">, reason: string): Promise<void> {
    for (const { offer } of this.#works.keys()) offers.cancel(offer.number, reason);
    await Promise.all(this.#works.values());
  }
}
