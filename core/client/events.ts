/**
 * Everything that a client reports, as one closed union of facts. The words are up to the face; docs/events.md has what
 * programs see of it.
 *
 * @module
 */
import type { Link } from "./link_state.ts";
import type {
  FileRenamedEvent,
  FileSkippedEvent,
  OfferEvent,
  ProgressEvent,
  TransferredEvent,
} from "./offer_events.ts";
import type { ClientProblem, LossReason } from "./problems.ts";
import type { StreamEvent, StreamNewsEvent } from "./stream_events.ts";
import type { TransferEvent } from "./transfer_events.ts";

/** What a message in a room and a private one have in common. */
export interface SpokenText {
  /** The author's nickname. */
  readonly from: string;
  /** Clean; lines are parted by a line feed. */
  readonly text: string;
  /** Unique among a server's messages; `local-N` where the server gives none. */
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly time: string;
  /** Said as `/me`: what the author does. */
  readonly action: boolean;
}

/** A message that everybody in a room sees. */
export interface RoomMessage extends SpokenText {
  /** Tells it from other events. */
  readonly event: "message";
  /** The room, as it is written there. */
  readonly room: string;
  /** Whether we said it, here or on another connection. */
  readonly own: boolean;
  /** Whether it comes from the room's history. */
  readonly replayed: boolean;
}

/** A message from one to one, in either direction. */
export interface PrivateMessage extends SpokenText {
  /** Tells it from other events. */
  readonly event: "private";
  /** The receiver's nickname. */
  readonly to: string;
  /** Whether it went from client to client; otherwise the server has seen it. */
  readonly direct: boolean;
  /** Whether we said it, here or on another connection. */
  readonly own: boolean;
  /** Whether it comes from history. */
  readonly replayed: boolean;
}

/** Why somebody is no longer in a room. `text` is what they, or whoever removed them, said; it may be empty. */
export type LeaveReason =
  | { readonly kind: "parted" | "quit"; readonly text: string }
  | { readonly kind: "kicked"; readonly by: string; readonly text: string };

/** What happens in rooms, beside messages. */
export type ClientRoomEvent =
  | {
    readonly event: "joined";
    readonly room: string;
    readonly user: string;
    readonly own: boolean;
  }
  | {
    readonly event: "left";
    readonly room: string;
    readonly user: string;
    readonly own: boolean;
    readonly reason: LeaveReason;
  }
  /** Some or all of the members of a room we have come into. */
  | { readonly event: "members"; readonly room: string; readonly users: readonly string[] }
  | { readonly event: "renamed"; readonly from: string; readonly to: string; readonly own: boolean }
  | {
    readonly event: "topic";
    readonly room: string;
    readonly topic: string;
    /** Who has just set it; `undefined` when it was there before we came. */
    readonly by: string | undefined;
  }
  /** A page of history was asked for, and nothing was said before. */
  | { readonly event: "history-start"; readonly room: string }
  | { readonly event: "invited"; readonly room: string | undefined; readonly by: string };

/** What happens to the connection and to our account. */
export type ConnectionEvent =
  | {
    readonly event: "connected";
    readonly server: string;
    readonly fingerprint: string;
    /** Our nickname, until an account or a rename gives another. */
    readonly nick: string;
  }
  | { readonly event: "signed-in" | "signed-out"; readonly user: string }
  | { readonly event: "link"; readonly link: Link }
  /** The connection was lost, and is tried again. */
  | { readonly event: "reconnecting"; readonly inMs: number; readonly reason: LossReason }
  | { readonly event: "round-trip"; readonly ms: number }
  | { readonly event: "closed"; readonly reason: LossReason };

/** What somebody else wrote that belongs to no conversation. */
export type AnnouncementEvent =
  /** A line of the message of the day; a warning (`WARN`); a remark (`NOTE`). */
  | { readonly event: "motd" | "server-warning" | "server-note"; readonly text: string }
  /** A `NOTICE`; without `from`, of the server itself; without `room`, to us alone. */
  | {
    readonly event: "announcement";
    readonly from: string | undefined;
    readonly room: string | undefined;
    readonly text: string;
  };

/** Something did not happen that nobody waits for. */
export type TroubleEvent =
  /** The client could not start, or stops trying; the server refused something unasked. */
  | { readonly event: "failed" | "refused"; readonly problem: ClientProblem }
  /** Back after a loss, but not as the account of before. */
  | { readonly event: "sign-in-lost"; readonly problem: ClientProblem }
  | {
    readonly event: "rejoin-failed" | "history-failed";
    readonly room: string;
    readonly problem: ClientProblem;
  };

/** What happens to direct links. */
export type LinkEvent =
  /** The first key of an account: trusted from now on. */
  | { readonly event: "key-pinned"; readonly account: string; readonly pin: string }
  /** An account presents another key than the pinned one: no link. */
  | { readonly event: "key-changed"; readonly account: string; readonly pin: string }
  /** The client of that account sent a note that cannot be read. */
  | { readonly event: "bad-peer-note"; readonly account: string }
  /** Others cannot dial this client; why, in the system's words. */
  | { readonly event: "cannot-listen"; readonly reason: string };

/** What a {@linkcode ChatClient} reports. */
export type ClientEvent =
  | ConnectionEvent
  | ClientRoomEvent
  | RoomMessage
  | PrivateMessage
  /** The receiver's client has acknowledged a private message. */
  | {
    readonly event: "delivered";
    readonly to: string;
    readonly id: string;
    readonly direct: boolean;
  }
  /** A private message is on its way. */
  | { readonly event: "sending"; readonly to: string; readonly id: string }
  /** It was not sent. */
  | { readonly event: "unsent"; readonly to: string; readonly id: string }
  /** Said without a connection: it waits for the next one, with `waiting` lines in all. */
  | { readonly event: "say-queued"; readonly room: string; readonly waiting: number }
  | AnnouncementEvent
  | TroubleEvent
  | LinkEvent
  | OfferEvent
  | FileSkippedEvent
  | FileRenamedEvent
  | ProgressEvent
  | TransferredEvent
  | TransferEvent
  | StreamEvent
  | StreamNewsEvent;
