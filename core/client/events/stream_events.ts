/**
 * Events of audio and video streams, from the first frame to the end.
 *
 * @module
 */
import type { StreamStats } from "../../peer/streams/mod.ts";
import type { AboutOffer, FromTo, OfferKind } from "./offer_events.ts";
import type { ClientProblem } from "./problems.ts";

/** How a stream ended. */
export type StreamEnding =
  & {
    /** The account on the other side, or the room. */
    readonly other: string;
  }
  & (
    | { readonly end: "done" | "withdrawn" | "lost" }
    | { readonly end: "stopped"; readonly by: "us" | "them" }
    /** `text` is their reason; may be empty. */
    | { readonly end: "rejected"; readonly by: "us" | "them"; readonly text: string }
    /** With the message of core/media or core/peer; absent if it failed on the other side. */
    | { readonly end: "failed"; readonly message: string | undefined }
  );

/** State of a running stream. */
export interface StreamEvent extends AboutOffer, FromTo, Partial<StreamStats> {
  /** Discriminates it from other events. */
  readonly event: "stream";
  /** The state; `stats` comes every second, with the figures. */
  readonly state: "started" | "paused" | "resumed" | "stats" | "ended";
  /** What it is. */
  readonly kind: Exclude<OfferKind, "file">;
  /** How long it has been running. */
  readonly seconds?: number;
  /** Number of receivers of a stream to a room. */
  readonly receivers?: number;
  /** Who paused it. */
  readonly heldBy?: string;
  /** How it ended. */
  readonly ending?: StreamEnding;
  /** The file it was saved to. */
  readonly path?: string;
}

/** A stream was declined, or failed on this side; its `stream` event with `ended` follows. */
export interface StreamFailedEvent extends AboutOffer, FromTo {
  /** Discriminates it from other events. */
  readonly event: "stream-failed";
  /** A code for programs. */
  readonly code: string;
  /** The name of the source. */
  readonly name: string;
  /** Whether we offered it. */
  readonly own: boolean;
  /** How it ended. */
  readonly ending: StreamEnding;
}

/** Something went wrong with a stream that continues. */
export interface StreamTroubleEvent extends AboutOffer {
  /** Discriminates it from other events. */
  readonly event: "stream-trouble";
  /** A code for programs. */
  readonly code: string;
  /** With the message of core/media. */
  readonly message: string;
  /** The folder it is saved in from now on, if it was only played before. */
  readonly keptIn: string | undefined;
}

/** A received stream cannot be played here, and is saved instead. */
export interface StreamKeptEvent extends AboutOffer {
  /** Discriminates it from other events. */
  readonly event: "stream-kept";
  /** Why it cannot be played, with the message of core/media. */
  readonly message: string;
  /** The folder. */
  readonly folder: string;
}

/** A sent stream cannot be saved here any more; sending continues. */
export interface SavingFailedEvent {
  /** Discriminates it from other events. */
  readonly event: "saving-failed";
  /** With the message of core/media. */
  readonly message: string;
}

/** Some members of a room could not be asked. */
export interface PartlyOfferedEvent {
  /** Discriminates it from other events. */
  readonly event: "partly-offered";
  /** The room. */
  readonly room: string;
  /** Number of members. */
  readonly members: number;
  /** Number of members asked. */
  readonly reached: number;
}

/** A receiver of our stream to a room has left. */
export interface ReceiverLeftEvent extends AboutOffer {
  /** Discriminates it from other events. */
  readonly event: "receiver-left";
  /** The name of the source. */
  readonly name: string;
  /** The room. */
  readonly room: string;
  /** How it ended for them. */
  readonly ending: StreamEnding;
}

/** A call was accepted, but our direction could not be offered: we only listen. */
export interface CallHalfOpenEvent {
  /** Discriminates it from other events. */
  readonly event: "call-half-open";
  /** Who cannot hear us. */
  readonly account: string;
  /** A code for programs. */
  readonly code: string;
  /** Why. */
  readonly problem: ClientProblem;
}

/** Events of streams, other than {@linkcode StreamEvent}. */
export type StreamNewsEvent =
  | StreamFailedEvent
  | StreamTroubleEvent
  | StreamKeptEvent
  | SavingFailedEvent
  | PartlyOfferedEvent
  | ReceiverLeftEvent
  | CallHalfOpenEvent;
