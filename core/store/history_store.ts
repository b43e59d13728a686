/**
 * What a store keeps of what was said in rooms: messages are buffered, committed together, and queried by place.
 *
 * @module
 */
import type { MaybePromise } from "../maybe_promise.ts";

/** What was said: `PRIVMSG`, `NOTICE`, or `TAGMSG` (tags without text). */
export type HistoryKind = "message" | "notice" | "tags";

/** One message said in a room. */
export interface HistoryRow {
  /** The message's `msgid` (`messageIds()`): unique, and with the stamp by which the history is ordered. */
  readonly id: string;
  /** The room; returned folded. */
  readonly room: string;
  /** Which of the rooms that have had this name. */
  readonly life: number;
  /** What `server-time` showed, in milliseconds since 1970. */
  readonly time: number;
  /** The sender's nickname at that time. */
  readonly from: string;
  /** `user@host` of the sender as others saw it. */
  readonly mask: string;
  /** The sender's account, when signed in. */
  readonly account: string | undefined;
  /** What kind of message it was. */
  readonly kind: HistoryKind;
  /** As sent (a CTCP ACTION with its `\x01`), without NUL; lines of a multiline message are separated by `\n`. */
  readonly text: string;
  /** Client-only tags (`+name`) by key, when there are any. */
  readonly tags: Readonly<Record<string, string>> | undefined;
}

/** Whose history is meant: a room's name, and which of the rooms that have had it. */
export interface RoomKey {
  /** In any spelling. */
  readonly name: string;
  /** Which of the rooms of this name, counted from {@linkcode FIRST_LIFE}. */
  readonly life: number;
}

/** The life of rooms that were made when names alone told rooms apart, and of the lobby. */
export const FIRST_LIFE = 1;

/** A place in a room's history: a message's id, or a time in milliseconds since 1970. */
export type HistoryRef = { readonly id: string } | { readonly time: number };

/**
 * Which part of a room's history is wanted; the subcommands of `CHATHISTORY`
 * (https://ircv3.net/specs/extensions/chathistory). Bounds are exclusive, except that `around` has its own
 * message in the middle. `limit` is the most rows to return.
 */
export type HistoryQuery =
  /** The newest rows, of those after `since` when it is given. */
  | { readonly kind: "latest"; readonly since?: HistoryRef | undefined; readonly limit: number }
  /** The rows just before. */
  | { readonly kind: "before"; readonly ref: HistoryRef; readonly limit: number }
  /** The rows just after. */
  | { readonly kind: "after"; readonly ref: HistoryRef; readonly limit: number }
  /** Rows on both sides, about half of `limit` each; where one side has fewer, the other is not given more. */
  | { readonly kind: "around"; readonly ref: HistoryRef; readonly limit: number }
  /** The rows between two places, in either order; when there are too many, those next to `start`. */
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

/** Which rooms {@linkcode HistoryStore.targets} lists. */
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
  /** How many messages are not committed yet. Grows only while commits fail or are under way. */
  readonly pending: number;

  /**
   * Buffers a message in memory; {@linkcode HistoryStore.commit} writes it. Cheap enough for every message: it only
   * remembers `row`, which must not change any more. {@linkcode HistoryStore.query} returns it at once.
   */
  append(row: HistoryRow): void;
  /**
   * Writes all that is buffered in one transaction. What is appended while a promise is pending waits for the next
   * call, which must not come before the promise is settled.
   *
   * @throws {StoreError} When it could not be written: nothing of it is stored, all of it stays buffered, and
   * the next call tries again.
   */
  commit(): MaybePromise<void>;
  /**
   * A part of a room's history as it is at the call, always oldest first: ordered by stamp, then by arrival. What is
   * appended while a promise is pending is not in it. Empty when an id is unknown in that room.
   */
  query(room: RoomKey, query: HistoryQuery): MaybePromise<HistoryRow[]>;
  /** The latest stamp of all messages; 0 without any. */
  lastStamp(): MaybePromise<number>;
  /**
   * Those of `rooms` whose newest message is between the two times (exclusive, in either order), oldest first;
   * when there are more than `limit`, those next to `from`. `CHATHISTORY TARGETS`.
   */
  targets(rooms: readonly RoomKey[], range: HistoryTargetRange): MaybePromise<HistoryTarget[]>;
}
