/**
 * Everything a server remembers: accounts, rooms, bans and the rooms' history.
 *
 * The interface knows no clock (times are passed in, in milliseconds since 1970) and no database;
 * `sqlite_store.ts` is the implementation. Names of accounts and rooms are compared by their folded
 * form (`foldName()`), whatever spelling a caller uses.
 *
 * @module
 */
import type { Verifier } from "../identity/verifier.ts";

export { StoreError, type StoreFault } from "./store_error.ts";

/** A registered user. */
export interface Account {
  /** As it was registered, upper case included. */
  readonly name: string;
  /** What its password is checked against. */
  readonly verifier: Verifier;
  /** When it was registered. */
  readonly createdAt: number;
  /** When it was last signed in, or registered. */
  readonly lastSeenAt: number;
}

/** What was said: `PRIVMSG`, `NOTICE`, or `TAGMSG` (tags without text). */
export type HistoryKind = "message" | "notice" | "tags";

/** One message said in a room. */
export interface HistoryRow {
  /** The message's `msgid` (`messageIds()`): unique, and with the stamp by which the history is ordered. */
  readonly id: string;
  /** The room; comes back folded. */
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
  /** As sent (a CTCP ACTION with its `\x01`), without NUL; lines of a multiline message are parted by `\n`. */
  readonly text: string;
  /** Client-only tags (`+name`) by key, when there are any. */
  readonly tags: Readonly<Record<string, string>> | undefined;
}

/** Whose history is meant: a room's name, and which of the rooms that have had it. */
export interface RoomKey {
  /** As it is written. */
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
 * message in the middle. `limit` is the most rows to give back.
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

/** Which messages are too old. Times are in milliseconds since 1970. */
export interface PruneCut {
  /** What was said before is. */
  readonly before: number;
  /** Stamps after this are known to be wrong: those of messages said while the clock was ahead, and since. */
  readonly now: number;
}

/** What {@linkcode Store.prune} did. */
export interface PruneOutcome {
  /** How many messages are forgotten. */
  readonly forgotten: number;
  /** Whether there are no more. */
  readonly isDone: boolean;
}

/** How large a database is, its write-ahead log aside. */
export interface StoreSize {
  /** What is stored. */
  readonly usedBytes: number;
  /** Its file, with what is not in use at the moment. */
  readonly fileBytes: number;
}

/** A room that outlives its last visitor. */
export interface RoomRow {
  /** As its founder wrote it. */
  readonly name: string;
  /** What it is about. */
  readonly topic: string | undefined;
  /** Who set the topic. */
  readonly topicBy: string | undefined;
  /** When the topic was set. */
  readonly topicAt: number | undefined;
  /** The founder's account. */
  readonly founder: string | undefined;
  /** Whatever the hub wants to keep of the room's modes; the store does not read it. */
  readonly modes: string;
  /** When it was made. */
  readonly createdAt: number;
  /** Which of the rooms that have had this name. */
  readonly life: number;
}

/** How many addresses of one account are remembered: the latest. */
export const MAX_KNOWN_PER_ACCOUNT = 32;

/** An address from which an account was signed in to. */
export interface KnownAddress {
  /** The account's name; comes back folded. */
  readonly account: string;
  /** As `addressKey()` gives it. */
  readonly address: string;
  /** When that was, last; in milliseconds since 1970. */
  readonly seenAt: number;
}

/** Who is kept out. */
export interface Ban {
  /** What the mask is compared with. */
  readonly kind: "account" | "address" | "cidr";
  /** An account's name, an address, or `address/bits`; comes back in lower case. */
  readonly mask: string;
  /** For the one who is kept out. */
  readonly reason: string;
  /** Who set it. */
  readonly by: string;
  /** When it was set. */
  readonly at: number;
  /** When it ends; `undefined` for never. */
  readonly until: number | undefined;
}

/**
 * Everything a server remembers. Every method may throw a `StoreError`.
 *
 * `using` (or `[Symbol.dispose]()`) commits what is buffered and closes; a second time does nothing.
 */
export interface Store extends Disposable {
  /** 32 random bytes, made once with the database: the key for whatever must look random but stay the same. */
  readonly secret: Uint8Array;
  /** How many messages wait for {@linkcode Store.commit}. Grows only while commits fail. */
  readonly pending: number;

  /** The account of that name. */
  findAccount(name: string): Account | undefined;
  /** The name of an account that looks like `name` (or is `name`), by `skeletonOf()`. */
  findLookalike(name: string): string | undefined;
  /**
   * Registers a name, durably: it survives a power cut.
   *
   * @returns "taken" when the name is an account's, "lookalike" when it only looks like one.
   */
  createAccount(name: string, verifier: Verifier, at: number): "created" | "taken" | "lookalike";
  /** Changes an account's password, durably. @returns false when there is no such account. */
  setVerifier(name: string, verifier: Verifier): boolean;
  /**
   * Forgets an account, durably. Its messages stay in the rooms' history.
   *
   * @returns false when there is no such account.
   */
  dropAccount(name: string): boolean;
  /** All accounts, sorted by folded name. */
  accounts(): Account[];
  /** Notes that the account was here. */
  touchAccount(name: string, at: number): void;

  /** From where accounts were signed in to, longest ago first. */
  knownAddresses(): KnownAddress[];
  /** Remembers an address, in the place of the account's oldest where it has many. */
  noteAddress(known: KnownAddress): void;
  /** Forgets all addresses of an account. */
  forgetAddresses(account: string): void;

  /**
   * Buffers a message in memory; {@linkcode Store.commit} writes it. Cheap enough for every message: it only
   * remembers `row`, which must not change any more. {@linkcode Store.history} sees it at once.
   */
  appendMessage(row: HistoryRow): void;
  /**
   * Writes all that is buffered in one transaction.
   *
   * @throws {StoreError} When it could not be written: nothing of it is stored, all of it stays buffered, and
   * the next call tries again.
   */
  commit(): void;
  /**
   * Does what a commit would have to do now and then, and takes its time: moves what was written from the log to the
   * file. To be called when nobody waits: after what was committed has been sent. Mostly does nothing.
   *
   * @returns whether it did something.
   */
  tidy(): boolean;
  /**
   * A part of a room's history, always oldest first: ordered by stamp, then by arrival. Empty when an id is
   * unknown in that room.
   */
  history(room: RoomKey, query: HistoryQuery): HistoryRow[];
  /** The latest stamp of all messages; 0 without any. */
  lastStamp(): number;
  /**
   * Those of `rooms` whose newest message is between the two times (exclusive, in either order), oldest first;
   * when there are more than `limit`, those next to `from`. `CHATHISTORY TARGETS`.
   */
  historyTargets(
    rooms: readonly RoomKey[],
    range: { readonly from: number; readonly to: number; readonly limit: number },
  ): HistoryTarget[];
  /** Forgets messages that are too old, about `limit` at most. To be called again, after other work, until it is done. */
  prune(cut: PruneCut, limit: number): PruneOutcome;
  /**
   * Forgets the stored messages that were said first, `limit` at most.
   *
   * @returns how many there were.
   */
  pruneOldest(limit: number): number;
  /** How large the database is. */
  size(): StoreSize;
  /** Gives about so many bytes that are not in use back to the file system. A file of an early version keeps them. */
  shrink(bytes: number): void;
  /** The time that was noted last by {@linkcode Store.noteTime}. */
  notedTime(): number | undefined;
  /** Remembers a time, in milliseconds since 1970, for the next start. */
  noteTime(time: number): void;

  /** All rooms, sorted by folded name. */
  rooms(): RoomRow[];
  /** Writes a new room, or over the one of that name. */
  saveRoom(room: RoomRow): void;
  /** Forgets a room; its history stays until it is pruned. @returns false when there is no such room. */
  dropRoom(name: string): boolean;

  /** All bans, the ended ones included, oldest first. */
  bans(): Ban[];
  /** Writes a new ban, or over the one of that kind and mask. */
  addBan(ban: Ban): void;
  /** Lifts a ban. @returns false when there is no such ban. */
  removeBan(ban: Pick<Ban, "kind" | "mask">): boolean;

  /**
   * Writes a whole and consistent copy to a new file (mode 0600), while everything goes on: the accounts, rooms and bans of
   * one instant, and the messages there were then. Put in place of the original, it is a store again.
   *
   * @param signal Gives it up; no file is left then.
   * @throws {Deno.errors.AlreadyExists} When there is a file at `path`.
   */
  backup(path: string, signal?: AbortSignal): Promise<void>;
}
