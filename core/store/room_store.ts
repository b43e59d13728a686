/**
 * What a store keeps of rooms, and of who is banned. Names of rooms are compared by their folded form (`foldName()`),
 * whatever spelling a caller uses.
 *
 * @module
 */
import type { MaybePromise } from "../maybe_promise.ts";

/** A room that outlives its last member. */
export interface RoomRow {
  /** As its founder wrote it. */
  readonly name: string;
  /** What it is about. */
  readonly topic: string | undefined;
  /** Who set the topic. */
  readonly topicBy: string | undefined;
  /** When the topic was set, in milliseconds since 1970. */
  readonly topicAt: number | undefined;
  /** The founder's account. */
  readonly founder: string | undefined;
  /** What the hub keeps of the room's modes; the store does not read it. */
  readonly modes: string;
  /** When it was made. */
  readonly createdAt: number;
  /** Which of the rooms that have had this name. */
  readonly life: number;
}

/** Somebody who is banned from the server. */
export interface Ban {
  /** What the mask is compared with. */
  readonly kind: "account" | "address" | "cidr";
  /** An account's name, an address, or `address/bits`; returned in lower case. */
  readonly mask: string;
  /** Shown to those who are banned. */
  readonly reason: string;
  /** Who set it. */
  readonly by: string;
  /** When it was set, in milliseconds since 1970. */
  readonly at: number;
  /** When it ends; `undefined` for never. */
  readonly until: number | undefined;
}

/** The rooms and bans in a store. Every method may throw, or reject with, a `StoreError`. */
export interface RoomStore {
  /** All rooms, sorted by folded name. */
  list(): MaybePromise<RoomRow[]>;
  /** Writes a new room, or replaces the one of that name. */
  save(room: RoomRow): MaybePromise<void>;
  /** Deletes a room; its history stays until it is pruned. @returns false when there is no such room. */
  drop(name: string): MaybePromise<boolean>;

  /** All bans, the expired ones included, oldest first. */
  bans(): MaybePromise<Ban[]>;
  /** Writes a new ban, or replaces the one of that kind and mask. */
  addBan(ban: Ban): MaybePromise<void>;
  /** Lifts a ban. @returns false when there is no such ban. */
  removeBan(ban: Pick<Ban, "kind" | "mask">): MaybePromise<boolean>;
}
