/**
 * The interface for room messages in a store: buffered, committed together, and queried by position.
 *
 * @module
 */
import type { MaybePromise } from "../ground/maybe_promise.ts";

/** Kind of a message: `PRIVMSG`, `NOTICE`, or `TAGMSG` (tags without text). */
export type HistoryKind = "message" | "notice" | "tags";

/** One message in a room. */
export interface HistoryRow {
  /** The message's `msgid` (`messageIds()`): unique, and contains the stamp that orders the history. */
  readonly id: string;
  /** The room; returned folded. */
  readonly room: string;
  /** Which of the rooms that have had this name. */
  readonly life: number;
  /** The time shown by `server-time`, in milliseconds since 1970. */
  readonly time: number;
  /** The sender's nickname at that time. */
  readonly from: string;
  /** The visible `user@host` of the sender. */
  readonly mask: string;
  /** The sender's account, if signed in. */
  readonly account: string | undefined;
  /** Kind of the message. */
  readonly kind: HistoryKind;
  /** As sent (a CTCP ACTION with its `\x01`), without NUL; lines of a multiline message are separated by `\n`. */
  readonly text: string;
  /** Client-only tags (`+name`) by key, if any. */
  readonly tags: Readonly<Record<string, string>> | undefined;
}

/** Identifies a room's history: its name, and which of the rooms that have had it. */
export interface RoomKey {
  /** In any spelling. */
  readonly name: string;
  /** Which of the rooms of this name, counted from {@linkcode FIRST_LIFE}. */
  readonly life: number;
}

/** The life of the lobby, and of rooms from before lives were introduced. */
export const FIRST_LIFE = 1;

/** A position in a room's history: a message's id, or a time in milliseconds since 1970. */
export type HistoryRef = { readonly id: string } | { readonly time: number };

/**
 * A query of a room's history; the subcommands of `CHATHISTORY`
 * (https://ircv3.net/specs/extensions/chathistory). Bounds are exclusive, except that `around` has its own
 * message in the middle. `limit` is the most rows to return.
 */
export type HistoryQuery =
  /** The newest rows; only those after `since` if it is given. */
  | { readonly kind: "latest"; readonly since?: HistoryRef | undefined; readonly limit: number }
  /** The rows just before. */
  | { readonly kind: "before"; readonly ref: HistoryRef; readonly limit: number }
  /** The rows just after. */
  | { readonly kind: "after"; readonly ref: HistoryRef; readonly limit: number }
  /** Rows on both sides, about half of `limit` each, even if one side has fewer. */
  | { readonly kind: "around"; readonly ref: HistoryRef; readonly limit: number }
  /** The rows between two positions, in either order; if there are too many, those next to `start`. */
  | {
    readonly kind: "between";
    readonly start: HistoryRef;
    readonly end: HistoryRef;
    readonly limit: number;
  };

/** A room and the time of its newest message. */
export interface HistoryTarget {
  /** Folded. */
  readonly room: string;
  /** In milliseconds since 1970. */
  readonly time: number;
}

/** Query of {@linkcode HistoryStore.targets}. */
export interface HistoryTargetRange {
  /** Milliseconds since 1970, exclusive. */
  readonly from: number;
  /** Exclusive; may be before `from`. */
  readonly to: number;
  /** Most rooms to return. */
  readonly limit: number;
}

/** The messages in a store. Every method but `append` may throw, or reject with, a `StoreError`. */
export interface HistoryStore {
  /** Number of messages that are not committed yet. Grows only while commits fail or are running. */
  readonly pending: number;

  /**
   * Buffers a message in memory; {@linkcode HistoryStore.commit} writes it. Cheap enough for every message: it only
   * remembers `row`, which must not change any more. {@linkcode HistoryStore.query} returns it at once.
   */
  append(row: HistoryRow): void;
  /**
   * Writes the buffer in one transaction. Messages appended while a promise is pending wait for the next
   * call, which must not come before the promise is settled.
   *
   * @throws {StoreError} When it could not be written: nothing is stored, everything stays buffered, and
   * the next call tries again.
   */
  commit(): MaybePromise<void>;
  /**
   * A part of a room's history at the time of the call, always oldest first: ordered by stamp, then by arrival. Messages
   * appended while a promise is pending are not included. Empty when an id is unknown in that room.
   */
  query(room: RoomKey, query: HistoryQuery): MaybePromise<HistoryRow[]>;
  /** The latest stamp of all messages; 0 without any. */
  lastStamp(): MaybePromise<number>;
  /**
   * Those of `rooms` whose newest message is between the two times (exclusive, in either order), oldest first;
   * if there are more than `limit`, those next to `from`. `CHATHISTORY TARGETS`.
   */
  targets(rooms: readonly RoomKey[], range: HistoryTargetRange): MaybePromise<HistoryTarget[]>;
}
