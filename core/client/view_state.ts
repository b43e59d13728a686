/**
 * What there is to see of a client, as one value.
 *
 * @module
 */
import { FIRST_LINK, type Link } from "./link_state.ts";
import type { MemberSet } from "./member_set.ts";
import type { MessageTimeline } from "./message_timeline.ts";
import type { WorkByNumber } from "./view_work.ts";

/** A room or a conversation, and what of it has not been looked at. */
export interface ViewedPlace {
  /** The room, or the other person, as they are written. */
  readonly name: string;
  /** What was said there. */
  readonly timeline: MessageTimeline;
  /** Messages of others since it was looked at last. */
  readonly unread: number;
  /** Those of them that name us; in a conversation, all of them. */
  readonly mentions: number;
}

/** A room that we are in, or come back to after a lost connection. */
export interface ViewedRoom extends ViewedPlace {
  /** `""` when none is set. */
  readonly topic: string;
  /** Empty while we are not in it. */
  readonly members: MemberSet;
}

/** All that there is to see. */
export interface ClientView {
  /** Our nickname; without a connection the account to sign in to again, else `*`. */
  readonly nick: string;
  /** The account we are signed in to. */
  readonly account: string | undefined;
  /** State of the connection. */
  readonly link: Link;
  /** The last measured round trip. */
  readonly roundTripMs: number | undefined;
  /** By folded name. */
  readonly rooms: ReadonlyMap<string, ViewedRoom>;
  /** The folded names of the rooms we are in, in the order in which we joined. */
  readonly joined: readonly string[];
  /** Private conversations by the other person's folded name, the one that was quiet for longest first. */
  readonly conversations: ReadonlyMap<string, ViewedPlace>;
  /** The room or person that is looked at, as they are written. */
  readonly current: string | undefined;
  /** Private messages on their way: to whom, by id. */
  readonly reaching: ReadonlyMap<string, string>;
  /** Files, sound and picture that have not ended, by number. */
  readonly work: WorkByNumber;
}

/** Before the first event. */
export const FIRST_VIEW: ClientView = {
  nick: "*",
  account: undefined,
  link: FIRST_LINK,
  roundTripMs: undefined,
  rooms: new Map(),
  joined: [],
  conversations: new Map(),
  current: undefined,
  reaching: new Map(),
  work: new Map(),
};
