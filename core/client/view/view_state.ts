/**
 * The state of a client that an interface shows, as one value.
 *
 * @module
 */
import { FIRST_CONNECTION, type ServerConnectionState } from "../events/connection_state.ts";
import type { MemberSet } from "./member_set.ts";
import type { MessageTimeline } from "./message_timeline.ts";
import type { WorkByNumber } from "./view_work.ts";

/** A room or a conversation, with its unread messages. */
export interface ViewedPlace {
  /** The room, or the other person, as written. */
  readonly name: string;
  /** Its messages. */
  readonly timeline: MessageTimeline;
  /** Number of messages of others since it was last looked at. */
  readonly unread: number;
  /** How many of them mention us; in a conversation, all of them. */
  readonly mentions: number;
}

/** A room that we are in, or rejoin after a lost connection. */
export interface ViewedRoom extends ViewedPlace {
  /** `""` when none is set. */
  readonly topic: string;
  /** Empty while we are not in it. */
  readonly members: MemberSet;
}

/** Everything that an interface shows. */
export interface ClientView {
  /** Our nickname; without a connection the account to sign in to again, else `*`. */
  readonly nick: string;
  /** The account we are signed in to. */
  readonly account: string | undefined;
  /** State of the connection. */
  readonly connection: ServerConnectionState;
  /** The last measured round trip. */
  readonly roundTripMs: number | undefined;
  /** By folded name. */
  readonly rooms: ReadonlyMap<string, ViewedRoom>;
  /** The folded names of the rooms we are in, in the order in which we joined. */
  readonly joined: readonly string[];
  /** Private conversations by the other person's folded name, the longest inactive first. */
  readonly conversations: ReadonlyMap<string, ViewedPlace>;
  /** The room or person that is looked at, as written. */
  readonly current: string | undefined;
  /** Recipients of private messages that are being delivered, by id. */
  readonly reaching: ReadonlyMap<string, string>;
  /** Files and streams that have not ended, by number. */
  readonly work: WorkByNumber;
}

/** The view before the first event. */
export const FIRST_VIEW: ClientView = {
  nick: "*",
  account: undefined,
  connection: FIRST_CONNECTION,
  roundTripMs: undefined,
  rooms: new Map(),
  joined: [],
  conversations: new Map(),
  current: undefined,
  reaching: new Map(),
  work: new Map(),
};
