/**
 * The interface for maintenance of a store: pruning, returning free space, backups.
 *
 * @module
 */
import type { MaybePromise } from "../ground/maybe_promise.ts";

/** Defines which messages are too old. Times are in milliseconds since 1970. */
export interface PruneCut {
  /** Messages before this are too old. */
  readonly before: number;
  /** Stamps after this are known to be wrong: those of messages since the clock was ahead. */
  readonly now: number;
}

/** Result of {@linkcode StoreUpkeep.prune}. */
export interface PruneOutcome {
  /** Number of deleted messages. */
  readonly forgotten: number;
  /** Whether no more messages are too old. */
  readonly isDone: boolean;
}

/** Size of a database, without its write-ahead log. */
export interface StoreSize {
  /** Bytes of stored data. */
  readonly usedBytes: number;
  /** Bytes of the file, free pages included. */
  readonly fileBytes: number;
}

/** The upkeep of a store. Every method may throw, or reject with, a `StoreError`. */
export interface StoreUpkeep {
  /**
   * Runs a checkpoint, which moves committed pages from the log to the file, if enough of them have accumulated. To be
   * called after the committed messages have been sent. Mostly does nothing.
   *
   * @returns whether it did something.
   */
  tidy(): MaybePromise<boolean>;
  /** Deletes messages that are too old, about `limit` at most. To be called again, with pauses, until it is done. */
  prune(cut: PruneCut, limit: number): MaybePromise<PruneOutcome>;
  /**
   * Deletes the oldest stored messages, `limit` at most.
   *
   * @returns how many were deleted.
   */
  pruneOldest(limit: number): MaybePromise<number>;
  /** Size of the database. */
  size(): MaybePromise<StoreSize>;
  /** Returns about that many free bytes to the file system; not possible in a file of an early version. */
  shrink(bytes: number): MaybePromise<void>;
  /** The time that {@linkcode StoreUpkeep.noteTime} stored last. */
  notedTime(): MaybePromise<number | undefined>;
  /** Stores a time, in milliseconds since 1970, for the next start. */
  noteTime(time: number): MaybePromise<void>;
  /**
   * Writes a complete and consistent copy to a new file (mode 0600) without stopping other work: the accounts, rooms, bans
   * and messages of one instant. It can replace the original file.
   *
   * @param signal Aborts it; no file is left then.
   * @throws {Deno.errors.AlreadyExists} When there is a file at `path`.
   * @throws {StoreError} "unsupported" where the store is not a file.
   */
  backup(path: string, signal?: AbortSignal): Promise<void>;
}
