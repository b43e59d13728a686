/**
 * Stores the rooms' history at the end of each turn, and keeps the server going while that fails.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import { type MaybePromise, recover } from "../../ground/maybe_promise.ts";
import { messageOf } from "../../ground/message_of.ts";
import type { Store } from "../../store/store.ts";
import type { Histogram } from "../common/histogram.ts";
import { RateLimitedLog } from "../common/rate_limited_log.ts";

/** Messages that may wait for a database that cannot be written to; beyond it, rooms accept no more. */
export const MAX_BACKLOG = 20_000;
/** Shortest interval between a failed commit and the next one. */
const RETRY_MS = 250;
/** Shortest interval between two log lines about failed commits. */
const COMPLAIN_MS = 10_000;

const log = getLogger(["chat", "store"]);

/** Options for {@linkcode HistoryWriter}. */
export interface HistoryWriterOptions {
  /** What is committed. */
  readonly store: Pick<Store, "history" | "upkeep">;
  /** Milliseconds that never go back or jump. */
  readonly steadyNow: () => number;
  /** Duration of each commit, in milliseconds. */
  readonly commitMs: Histogram;
}

/** Commits the messages of a store. */
export class HistoryWriter {
  readonly #store: Pick<Store, "history" | "upkeep">;
  readonly #steadyNow: () => number;
  readonly #commitMs: Histogram;
  #failedAt: number | undefined;
  /** Pending while a commit is running. */
  #committing: Promise<void> | undefined;
  #tidying: Promise<void> | undefined;
  #complaints = new RateLimitedLog(COMPLAIN_MS);

  constructor({ store, steadyNow, commitMs }: HistoryWriterOptions) {
    this.#store = store;
    this.#steadyNow = steadyNow;
    this.#commitMs = commitMs;
  }

  /** Messages that wait for the database: within a turn, and while commits fail. */
  get backlog(): number {
    return this.#store.history.pending;
  }

  /** Whether the last commit failed. */
  get isFailing(): boolean {
    return this.#failedAt !== undefined;
  }

  /** Whether too many messages are waiting for rooms to accept more. */
  get isFull(): boolean {
    const isWaiting = this.#failedAt !== undefined || this.#committing !== undefined;
    return isWaiting && this.#store.history.pending >= MAX_BACKLOG;
  }

  /**
   * Commits waiting messages; after a failure, not before a pause, unless `force` is set.
   *
   * @returns a promise if the store returns one. A failure is logged, never thrown: messages continue to be delivered.
   */
  commit(force = false): MaybePromise<void> {
    if (this.#committing) return this.#committing.then(() => this.commit(force));
    if (this.#store.history.pending === 0) return;
    if (this.#failedAt !== undefined) {
      const sinceMs = this.#steadyNow() - this.#failedAt;
      if (!force && sinceMs < RETRY_MS) return;
    }
    const startMs = performance.now();
    try {
      const committed = this.#store.history.commit();
      if (committed instanceof Promise) return this.#wait(committed, startMs);
    } catch (error) {
      return this.#failed(error);
    }
    this.#succeeded(startMs);
  }

  /** Runs the database's deferred work, when everything is sent. */
  tidy(): void {
    if (this.#failedAt !== undefined || this.#tidying) return;
    const tidied = recover(() => this.#store.upkeep.tidy(), (error) => this.#failed(error));
    if (!(tidied instanceof Promise)) return;
    this.#tidying = tidied.then(() => this.#tidying = undefined);
  }

  /** Settles when no commit and no deferred work is running. */
  async idle(): Promise<void> {
    await this.#committing;
    await this.#tidying;
  }

  #wait(committed: Promise<void>, startMs: number): Promise<void> {
    this.#committing = committed
      .then(() => this.#succeeded(startMs), (error) => this.#failed(error))
      .finally(() => this.#committing = undefined);
    return this.#committing;
  }

  #succeeded(startMs: number): void {
    this.#commitMs.add(performance.now() - startMs);
    if (this.#failedAt === undefined) return;
    this.#failedAt = undefined;
    this.#complaints.reset();
    log.warning("history is saved again");
  }

  /** Messages continue to be delivered after any error; a later commit may succeed. */
  #failed(error: unknown): void {
    const now = this.#steadyNow();
    this.#failedAt = now;
    if (!this.#complaints.take(now)) return;
    log.error("could not save history, {count} messages are waiting: {error}", {
      count: this.#store.history.pending,
      error: messageOf(error),
    });
  }
}
