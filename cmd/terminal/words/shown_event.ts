/** Events as a face shows them: what the client reports, with words where it has only facts. @module */
import type { ClientEvent, ClientRoomEvent, StreamEvent } from "../../../core/client/mod.ts";

/** Words for the person or program in front of a face. */
export interface NoticeShown {
  readonly event: "notice";
  readonly text: string;
}

/** An error. */
export interface ErrorShown {
  readonly event: "error";
  /** A code for programs (docs/events.md). */
  readonly code: string;
  readonly text: string;
  /** The transfer or stream that it is about. */
  readonly id?: string;
}

type LeftEvent = Extract<ClientRoomEvent, { event: "left" }>;

/** A user has left a room. */
export type LeftShown = Omit<LeftEvent, "reason"> & { readonly reason: string };

/** The connection is over for good. */
export interface ClosedShown {
  readonly event: "closed";
  readonly reason: string;
}

/** What happens to a stream; `reason` says how it ended, or who paused it. */
export type StreamShown = Omit<StreamEvent, "ending" | "heldBy"> & {
  readonly end?: NonNullable<StreamEvent["ending"]>["end"];
  readonly reason?: string;
};

/** Events whose fields are shown as they are, or not at all. */
type Factual =
  | "connected"
  | "signed-in"
  | "signed-out"
  | "connection"
  | "round-trip"
  | "joined"
  | "members"
  | "history-start"
  | "renamed"
  | "topic"
  | "message"
  | "private"
  | "delivered"
  | "sending"
  | "unsent"
  | "offer"
  | "file-skipped"
  | "file-renamed"
  | "progress"
  | "sent"
  | "received";

/** Events that keep their shape and get their reason in words. */
type Reshaped = "left" | "closed" | "stream";

/** Events that are a sentence: every other one, so that a new event needs its words. */
export type WordedEvent = Exclude<ClientEvent, { readonly event: Factual | Reshaped }>;

/** What a face shows. */
export type ShownEvent =
  | Extract<ClientEvent, { readonly event: Factual }>
  | LeftShown
  | ClosedShown
  | StreamShown
  | NoticeShown
  | ErrorShown;
