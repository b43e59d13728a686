/**
 * What keeps a store in shape: messages that are too old are pruned, space is returned, copies are made.
 *
 * @module
 */
import type { MaybePromise } from "../maybe_promise.ts";

/** Which messages are too old. Times are in milliseconds since 1970. */
export interface PruneCut {
  /** Messages said before this are too old. */
  readonly before: number;
  /** Stamps after this are known to be wrong: those of messages said while the clock was ahead, and since. */
  readonly now: number;
}

/** What {@linkcode StoreUpkeep.prune} did. */
export interface PruneOutcome {
  /** How many messages were deleted. */
  readonly forgotten: number;
  /** Whether no more are too old. */
  readonly isDone: boolean;
}

/** How large a database is, its write-ahead log aside. */
export interface StoreSize {
  /** What is stored. */
  readonly usedBytes: number;
  /** Its file, with what is not in use at the moment. */
  readonly fileBytes: number;
}

/** The upkeep of a store. Every method may throw, or reject with, a `StoreError`. */
export interface StoreUpkeep {
  /**
   * Does the slow part of what commits leave behind: moves what was written from the log to the file. To be called
   * when nothing waits for it: after what was committed has been sent. Mostly does nothing.
   *
   * @returns whether it did something.
   */
  tidy(): MaybePromise<boolean>;
  /** Deletes messages that are too old, about `limit` at most. To be called again, after other work, until it is done. */
  prune(cut: PruneCut, limit: number): MaybePromise<PruneOutcome>;
  /**
   * Deletes the stored messages that were said first, `limit` at most.
   *
   * @returns how many there were.
   */
  pruneOldest(limit: number): MaybePromise<number>;
  /** How large the database is. */
  size(): MaybePromise<StoreSize>;
  /** Returns about so many unused bytes to the file system. A file of an early version keeps them. */
  shrink(bytes: number): MaybePromise<void>;
  /** The time that {@linkcode StoreUpkeep.noteTime} wrote last. */
  notedTime(): MaybePromise<number | undefined>;
  /** Writes a time, in milliseconds since 1970, for the next start. */
  noteTime(time: number): MaybePromise<void>;
  /**
   * Writes a whole and consistent copy to a new file (mode 0600), while everything goes on: the accounts, rooms and bans of
   * one instant, and the messages there were then. Put in place of the original, it is a store again.
   *
   * @param signal Aborts it; no file is left then.
   * @throws {Deno.errors.AlreadyExists} When there is a file at `path`.
   * @throws {StoreError} "unsupported" where the store is not a file.
   */
  backup(path: string, signal?: AbortSignal): Promise<void>;
}
