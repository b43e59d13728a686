/**
 * What becomes of sound and picture, from the first frame to the end.
 *
 * @module
 */
import type { StreamStats } from "../peer/streams/mod.ts";
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
    /** `text` is what they said; empty where they said nothing. */
    | { readonly end: "rejected"; readonly by: "us" | "them"; readonly text: string }
    /** In the words of core/media or core/peer; without any when it failed on the other side. */
    | { readonly end: "failed"; readonly message: string | undefined }
  );

/** What happens to sound or picture that is under way. */
export interface StreamEvent extends AboutOffer, FromTo, Partial<StreamStats> {
  /** Tells it from other events. */
  readonly event: "stream";
  /** What happens; `stats` comes every second, with the figures. */
  readonly state: "started" | "paused" | "resumed" | "stats" | "ended";
  /** What it is. */
  readonly kind: Exclude<OfferKind, "file">;
  /** How long it has been running. */
  readonly seconds?: number;
  /** How many listen to a stream to a room. */
  readonly receivers?: number;
  /** Who paused it. */
  readonly heldBy?: string;
  /** How it ended. */
  readonly ending?: StreamEnding;
  /** Where it was kept. */
  readonly path?: string;
}

/** A stream was declined, or failed on this side; its `stream` event with `ended` follows. */
export interface StreamFailedEvent extends AboutOffer, FromTo {
  /** Tells it from other events. */
  readonly event: "stream-failed";
  /** A short word for programs. */
  readonly code: string;
  /** What was to be heard or seen. */
  readonly name: string;
  /** Whether we offered it. */
  readonly own: boolean;
  /** How it ended. */
  readonly ending: StreamEnding;
}

/** Something went wrong with a stream that continues. */
export interface StreamTroubleEvent extends AboutOffer {
  /** Tells it from other events. */
  readonly event: "stream-trouble";
  /** A short word for programs. */
  readonly code: string;
  /** In the words of core/media. */
  readonly message: string;
  /** The folder it is kept in from now on, when it was only played before. */
  readonly keptIn: string | undefined;
}

/** A stream of others cannot be played here, and is kept instead. */
export interface StreamKeptEvent extends AboutOffer {
  /** Tells it from other events. */
  readonly event: "stream-kept";
  /** Why it cannot be played, in the words of core/media. */
  readonly message: string;
  /** The folder. */
  readonly folder: string;
}

/** What we send cannot be saved here any more; it is sent all the same. */
export interface SavingFailedEvent {
  /** Tells it from other events. */
  readonly event: "saving-failed";
  /** In the words of core/media. */
  readonly message: string;
}

/** Some of a room could not be asked. */
export interface PartlyOfferedEvent {
  /** Tells it from other events. */
  readonly event: "partly-offered";
  /** The room. */
  readonly room: string;
  /** How many were to be asked. */
  readonly members: number;
  /** How many were. */
  readonly reached: number;
}

/** One receiver of our stream to a room is no longer there. */
export interface ReceiverLeftEvent extends AboutOffer {
  /** Tells it from other events. */
  readonly event: "receiver-left";
  /** What was to be heard or seen. */
  readonly name: string;
  /** The room. */
  readonly room: string;
  /** How it ended for them. */
  readonly ending: StreamEnding;
}

/** A call was accepted, and our half of it could not be offered: we only listen. */
export interface CallHalfOpenEvent {
  /** Tells it from other events. */
  readonly event: "call-half-open";
  /** Who cannot hear us. */
  readonly account: string;
  /** A short word for programs. */
  readonly code: string;
  /** Why. */
  readonly problem: ClientProblem;
}

/** What {@linkcode StreamEvent} does not say of sound and picture. */
export type StreamNewsEvent =
  | StreamFailedEvent
  | StreamTroubleEvent
  | StreamKeptEvent
  | SavingFailedEvent
  | PartlyOfferedEvent
  | ReceiverLeftEvent
  | CallHalfOpenEvent;
