/**
 * All events of a client, as one closed union of facts. The faces word them; docs/events.md describes the events for
 * programs.
 *
 * @module
 */
import type { ServerConnectionState } from "./connection_state.ts";
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

/** Common fields of room messages and private messages. */
export interface SpokenText {
  /** The author's nickname. */
  readonly from: string;
  /** Clean; lines are separated by a line feed. */
  readonly text: string;
  /** Unique among a server's messages; `local-N` if the server sends none. */
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly time: string;
  /** Sent by `/me`: an action of the author. */
  readonly action: boolean;
}

/** A room message. */
export interface RoomMessage extends SpokenText {
  /** Discriminates it from other events. */
  readonly event: "message";
  /** The room, in its own spelling. */
  readonly room: string;
  /** Whether it is from our account, here or on another connection. */
  readonly own: boolean;
  /** Whether it comes from the room's history. */
  readonly replayed: boolean;
}

/** A private message, in either direction. */
export interface PrivateMessage extends SpokenText {
  /** Discriminates it from other events. */
  readonly event: "private";
  /** The receiver's nickname. */
  readonly to: string;
  /** Whether it went over a direct link; otherwise the server could read it. */
  readonly direct: boolean;
  /** Whether it is from our account, here or on another connection. */
  readonly own: boolean;
  /** Whether it comes from history. */
  readonly replayed: boolean;
}

/** Why somebody has left a room. `text` is their reason, or that of the operator; it may be empty. */
export type LeaveReason =
  | { readonly kind: "parted" | "quit"; readonly text: string }
  | { readonly kind: "kicked"; readonly by: string; readonly text: string };

/** Events of rooms, other than messages. */
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
  /** Some or all members of a room we have joined. */
  | { readonly event: "members"; readonly room: string; readonly users: readonly string[] }
  | { readonly event: "renamed"; readonly from: string; readonly to: string; readonly own: boolean }
  | {
    readonly event: "topic";
    readonly room: string;
    readonly topic: string;
    /** Who has set it; `undefined` if it was set before we joined. */
    readonly by: string | undefined;
  }
  /** The start of a room's history was reached. */
  | { readonly event: "history-start"; readonly room: string }
  | { readonly event: "invited"; readonly room: string | undefined; readonly by: string };

/** Events of the connection and of our account. */
export type ConnectionEvent =
  | {
    readonly event: "connected";
    readonly server: string;
    readonly fingerprint: string;
    /** Our nickname, until a sign-in or a rename. */
    readonly nick: string;
  }
  | { readonly event: "signed-in" | "signed-out"; readonly user: string }
  | { readonly event: "connection"; readonly state: ServerConnectionState }
  /** The connection was lost; the client reconnects. */
  | { readonly event: "reconnecting"; readonly inMs: number; readonly reason: LossReason }
  | { readonly event: "round-trip"; readonly ms: number }
  | { readonly event: "closed"; readonly reason: LossReason };

/** Text that belongs to no conversation. */
export type AnnouncementEvent =
  /** A line of the message of the day; a warning (`WARN`); a remark (`NOTE`). */
  | { readonly event: "motd" | "server-warning" | "server-note"; readonly text: string }
  /** A `NOTICE`; without `from`, from the server itself; without `room`, to us alone. */
  | {
    readonly event: "announcement";
    readonly from: string | undefined;
    readonly room: string | undefined;
    readonly text: string;
  };

/** Failures outside of a request. */
export type TroubleEvent =
  /** The client could not start, or gives up; an unsolicited refusal of the server. */
  | { readonly event: "failed" | "refused"; readonly problem: ClientProblem }
  /** Reconnected, but not signed in again. */
  | { readonly event: "sign-in-lost"; readonly problem: ClientProblem }
  | {
    readonly event: "rejoin-failed" | "history-failed";
    readonly room: string;
    readonly problem: ClientProblem;
  };

/** Events of direct links. */
export type LinkEvent =
  /** The first key of an account was pinned. */
  | { readonly event: "key-pinned"; readonly account: string; readonly pin: string }
  /** An account's key is not the pinned one: no link. */
  | { readonly event: "key-changed"; readonly account: string; readonly pin: string }
  /** The client of that account sent an invalid note. */
  | { readonly event: "bad-peer-note"; readonly account: string }
  /** Others cannot dial this client; with the system's message. */
  | { readonly event: "cannot-listen"; readonly reason: string };

/** Any event of a {@linkcode ChatClient}. */
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
  /** A private message is being sent. */
  | { readonly event: "sending"; readonly to: string; readonly id: string }
  /** It was not sent. */
  | { readonly event: "unsent"; readonly to: string; readonly id: string }
  /** A line was queued until the connection is back; `waiting` lines in all. */
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
