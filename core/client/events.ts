/**
 * Everything a client tells, as one union. docs/events.md describes what of it a program sees.
 *
 * @module
 */
import type { Link } from "./link_state.ts";
import type {
  FileRenamedEvent,
  FileSkippedEvent,
  OfferEvent,
  ProgressEvent,
  StreamEvent,
  TransferredEvent,
} from "./offer_events.ts";

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

/** What a {@linkcode ChatClient} tells. */
export type ClientEvent =
  | { readonly event: "connected"; readonly server: string; readonly fingerprint: string }
  | { readonly event: "signed-in" | "signed-out"; readonly user: string }
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
    readonly reason: string;
  }
  | RoomMessage
  | PrivateMessage
  /** The receiver's client has acknowledged a private message. */
  | {
    readonly event: "delivered";
    readonly to: string;
    readonly id: string;
    readonly direct: boolean;
  }
  /** Words for people: from the server, from somebody's bot, or an answer to a command. */
  | { readonly event: "notice"; readonly text: string }
  | {
    readonly event: "error";
    readonly code: string;
    readonly text: string;
    /** The transfer or stream that has ended by it. */
    readonly id?: string;
  }
  | OfferEvent
  | FileSkippedEvent
  | FileRenamedEvent
  | ProgressEvent
  | TransferredEvent
  | StreamEvent
  | { readonly event: "closed"; readonly reason: string }
  /** From here on: for faces that show more than what happened to whom. */
  | { readonly event: "renamed"; readonly from: string; readonly to: string; readonly own: boolean }
  | {
    readonly event: "topic";
    readonly room: string;
    readonly topic: string;
    /** Who has just set it; `undefined` when it was there before we came. */
    readonly by: string | undefined;
  }
  /** A private message is on its way. */
  | { readonly event: "sending"; readonly to: string; readonly id: string }
  | { readonly event: "link"; readonly link: Link }
  | { readonly event: "round-trip"; readonly ms: number };
