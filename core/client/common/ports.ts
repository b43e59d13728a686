/**
 * The interfaces between the parts of a client: ports of one to three methods, so that each part can be built, and
 * tested, with the few others that it needs.
 *
 * @module
 */
import type { ClientEvent } from "../events/events.ts";

/** Publishes events of the client. */
export interface EventSink {
  /** Publishes one event, in order. */
  emit(event: ClientEvent): void;
}

/** Our names. */
export interface OwnNames {
  /** Our nickname; without a connection the account to sign in to again, else `*`. */
  readonly nick: string;
  /** Our account, or the one to sign in to after reconnecting. */
  readonly account: string | undefined;
}

/** The members of the rooms we are in. */
export interface RoomMembers {
  /** A room we are in; members by folded name. */
  get(room: string): { readonly members: ReadonlyMap<string, string> } | undefined;
}

/** The users visible to us. */
export interface Presence {
  /** Whether we share a room with that nickname. */
  sees(nick: string): boolean;
  /** A nickname in its owner's spelling if we share a room; else unchanged. */
  spelled(nick: string): string;
}
