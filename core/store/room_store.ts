/**
 * The interface for rooms and bans in a store. Names of rooms are compared by their folded form (`foldName()`),
 * in any spelling.
 *
 * @module
 */
import type { MaybePromise } from "../ground/maybe_promise.ts";

/** A room that stays when it is empty. */
export interface RoomRow {
  /** In its founder's spelling. */
  readonly name: string;
  /** Its topic. */
  readonly topic: string | undefined;
  /** Nick of the user who set the topic. */
  readonly topicBy: string | undefined;
  /** When the topic was set, in milliseconds since 1970. */
  readonly topicAt: number | undefined;
  /** The founder's account. */
  readonly founder: string | undefined;
  /** The room's modes in the hub's format; opaque for the store. */
  readonly modes: string;
  /** When it was created. */
  readonly createdAt: number;
  /** Which of the rooms that have had this name. */
  readonly life: number;
}

/** A ban from the server. */
export interface Ban {
  /** What the mask applies to. */
  readonly kind: "account" | "address" | "cidr";
  /** An account's name, an address, or `address/bits`; returned in lower case. */
  readonly mask: string;
  /** Shown to those who are banned. */
  readonly reason: string;
  /** Who set it. */
  readonly by: string;
  /** When it was set, in milliseconds since 1970. */
  readonly at: number;
  /** When it ends; `undefined`: never. */
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
