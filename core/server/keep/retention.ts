/**
 * Deletes old messages: those older than the retention period, and the oldest ones while the database takes more space
 * than it may. Works in slices that are too short to delay other work.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import { yieldTurn } from "../../ground/breathe.ts";
import { EARLIEST_TIME } from "../../ground/clock.ts";
import type { MaybePromise } from "../../ground/maybe_promise.ts";
import { StoreError, type StoreSize, type StoreUpkeep } from "../../store/store.ts";
import { CATCH_UP_SPEED, TrustedTime } from "./trusted_time.ts";

/** Interval between searches for old messages, in milliseconds. */
const AGE_PAUSE_MS = 60_000;
/** Target duration of one slice of work, in milliseconds. */
const SLICE_MS = 1.5;
const FIRST_SLICE_ROWS = 200;
const MAX_SLICE_ROWS = 5_000;
const MIN_SLICE_ROWS = 20;
/** Space returned to the file system in one step: about 1 ms of work. */
const SHRINK_BYTES = 64 * 4096;
/** Unused space that a file may keep: the next messages use it. */
const SPARE_BYTES = 4 * 1024 * 1024;
const DAY_MS = 24 * 3_600_000;
/** Longest downtime that is believed at once; where the clock says more, it is followed slowly. */
const MAX_DOWN_MS = 365 * DAY_MS;
/** Lead of the clock over the trusted time from which on the log warns. */
const SAID_AHEAD_MS = DAY_MS;
/** Interval between writes of the time for the next start. */
const NOTE_PAUSE_MS = 10 * 60_000;

const log = getLogger(["chat", "store"]);

/** Options for {@linkcode Retention}. */
export interface RetentionOptions {
  /** What is pruned. */
  readonly upkeep: Omit<StoreUpkeep, "backup">;
  /** The time that was noted last; `undefined` at the first start. */
  readonly notedTime: number | undefined;
  /** How long messages are kept, in milliseconds; `undefined` for ever. */
  readonly keepMs: number | undefined;
  /** How much space the database may take, in bytes; `undefined` for any. */
  readonly keepBytes: number | undefined;
  /** Milliseconds that never go back or jump. */
  readonly steadyNow: () => number;
  /** Milliseconds since 1970. */
  readonly wallNow: () => number;
}

/** Deletes old messages, some at a time. */
export class Retention implements AsyncDisposable {
  #options: RetentionOptions;
  #time: TrustedTime;
  #nextTryAt = -Infinity;
  #nextAgeAt = -Infinity;
  #nextNoteAt = -Infinity;
  #sliceRows = FIRST_SLICE_ROWS;
  #work: Promise<void> | undefined;
  #isStopped = false;
  #isAhead = false;
  #keepsItsSize = false;

  constructor(options: RetentionOptions) {
    const { notedTime, steadyNow, wallNow } = options;
    this.#options = options;
    const now = wallNow();
    const noted = notedTime ?? Math.max(now, EARLIEST_TIME);
    const believed = now - noted <= MAX_DOWN_MS ? Math.max(noted, now) : noted;
    this.#time = new TrustedTime(believed, steadyNow());
  }

  /** Resolves when no work is running. */
  get idle(): Promise<void> {
    return this.#work ?? Promise.resolve();
  }

  /** Called about once a second. */
  check(): void {
    if (this.#work !== undefined || this.#isStopped) return;
    if (this.#options.steadyNow() < this.#nextTryAt) return;
    this.#work = this.#check().catch((error) => {
      // The server continues after any error; a later attempt may succeed.
      const known = error instanceof StoreError ? error.message : error;
      log.error("could not delete old messages: {error}", { error: known });
      this.#nextTryAt = this.#options.steadyNow() + AGE_PAUSE_MS;
    }).finally(() => this.#work = undefined);
  }

  /** Waits for running work, and starts no more. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopped = true;
    await this.#work;
  }

  async #check(): Promise<void> {
    const { keepMs, upkeep, steadyNow, wallNow } = this.#options;
    const wall = wallNow(), steady = steadyNow();
    const now = this.#time.at(wall, steady);
    if (keepMs !== undefined && steady >= this.#nextAgeAt) {
      this.#sayAhead(wall - now);
      // A clock that was set back cannot tell which stamps are wrong.
      const cut = { before: now - keepMs, now: now < this.#time.believed ? Infinity : now };
      await this.#inSlices(async (rows) => (await upkeep.prune(cut, rows)).isDone);
      this.#nextAgeAt = steady + AGE_PAUSE_MS;
    }
    await this.#keepToSize();
    if (steady < this.#nextNoteAt) return;
    await upkeep.noteTime(this.#time.believed);
    this.#nextNoteAt = steady + NOTE_PAUSE_MS;
  }

  async #keepToSize(): Promise<void> {
    const { keepBytes = Infinity, upkeep } = this.#options;
    if ((await upkeep.size()).usedBytes > keepBytes) {
      await this.#inSlices(async (rows) =>
        await upkeep.pruneOldest(rows) === 0 || (await upkeep.size()).usedBytes <= keepBytes
      );
    }
    const isLarger = ({ usedBytes, fileBytes }: StoreSize) =>
      fileBytes > keepBytes && fileBytes > usedBytes || fileBytes > usedBytes * 2 + SPARE_BYTES;
    if (this.#keepsItsSize || !isLarger(await upkeep.size())) return;
    await this.#inSlices(async () => {
      const { fileBytes } = await upkeep.size();
      await upkeep.shrink(SHRINK_BYTES);
      const size = await upkeep.size();
      this.#keepsItsSize = size.fileBytes === fileBytes;
      return this.#keepsItsSize || !isLarger(size);
    });
  }

  /** Calls `step`, with a number of rows that take about {@linkcode SLICE_MS}, until it returns true. */
  async #inSlices(step: (rows: number) => MaybePromise<boolean>): Promise<void> {
    while (!this.#isStopped) {
      const startMs = performance.now();
      if (await step(this.#sliceRows)) return;
      const tookMs = performance.now() - startMs;
      const fitting = this.#sliceRows * SLICE_MS / Math.max(tookMs, 0.1);
      this.#sliceRows = Math.round(
        Math.min(MAX_SLICE_ROWS, Math.max(MIN_SLICE_ROWS, (this.#sliceRows + fitting) / 2)),
      );
      await yieldTurn();
      // In a separate turn, because it takes longer than a slice.
      if (await this.#options.upkeep.tidy()) await yieldTurn();
    }
  }

  #sayAhead(byMs: number): void {
    const isAhead = byMs > SAID_AHEAD_MS;
    if (isAhead && !this.#isAhead) {
      const days = Math.round(byMs / DAY_MS);
      log.warn(
        "the clock is {days} days ahead of when this server ran last: messages that are too old by that alone " +
          "are forgotten over the next {over} days; is the clock right?",
        { days, over: Math.ceil(days / CATCH_UP_SPEED) },
      );
    }
    this.#isAhead = isAhead;
  }
}
