/**
 * Writes the rooms' history down at the end of each turn, and keeps the server going while that fails.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import type { SqliteStore } from "../store/sqlite_store.ts";
import type { Histogram } from "./histogram.ts";
import { RateLimitedLog } from "./rate_limited_log.ts";

/** Messages that may wait for a database that cannot be written to; then rooms fall silent. */
export const MAX_BACKLOG = 20_000;
/** Shortest pause between two tries after a failed one. */
const RETRY_MS = 250;
/** Shortest pause between two lines about it in the log. */
const COMPLAIN_MS = 10_000;

const log = getLogger(["chat", "store"]);

/** What {@linkcode HistoryWriter} needs. */
export interface HistoryWriterOptions {
  readonly store: SqliteStore;
  /** Milliseconds that never go back or jump. */
  readonly steadyNow: () => number;
  /** How long each commit took, in milliseconds. */
  readonly tookMs: Histogram;
}

/** Commits the messages of a store. */
export class HistoryWriter {
  #store: SqliteStore;
  #steadyNow: () => number;
  #tookMs: Histogram;
  #failedAt: number | undefined;
  #complaints = new RateLimitedLog(COMPLAIN_MS);

  constructor({ store, steadyNow, tookMs }: HistoryWriterOptions) {
    this.#store = store;
    this.#steadyNow = steadyNow;
    this.#tookMs = tookMs;
  }

  /** Messages that wait for the database: none but while it fails, and within a turn. */
  get backlog(): number {
    return this.#store.history.pending;
  }

  /** Whether the last try failed. */
  get isFailing(): boolean {
    return this.#failedAt !== undefined;
  }

  /** Whether so much waits that rooms must take no more. */
  get isFull(): boolean {
    return this.#failedAt !== undefined && this.#store.history.pending >= MAX_BACKLOG;
  }

  /** Writes what waits, unless that has just failed. `force`: in any case. */
  commit(force = false): void {
    if (this.#store.history.pending === 0) return;
    if (this.#failedAt !== undefined) {
      const sinceMs = this.#steadyNow() - this.#failedAt;
      if (!force && sinceMs < RETRY_MS) return;
    }
    const startMs = performance.now();
    try {
      this.#store.history.commit();
    } catch (error) {
      return this.#failed(error);
    }
    this.#tookMs.add(performance.now() - startMs);
    if (this.#failedAt === undefined) return;
    this.#failedAt = undefined;
    this.#complaints.reset();
    log.warning("history is saved again");
  }

  /** Does for the database what can wait until everything is sent. */
  tidy(): void {
    if (this.#failedAt !== undefined) return;
    try {
      this.#store.upkeep.tidy();
    } catch (error) {
      this.#failed(error);
    }
  }

  /** Whatever it is: messages go on, and a later try may be well. */
  #failed(error: unknown): void {
    const now = this.#steadyNow();
    this.#failedAt = now;
    if (!this.#complaints.take(now)) return;
    log.error("could not save history, {count} messages are waiting: {error}", {
      count: this.#store.history.pending,
      error: error instanceof Error ? error.message : String(error),
    });
  }
}
