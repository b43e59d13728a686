/**
 * What becomes of a transfer of files where it is not simply complete: things left out, renamed, cuts, the end.
 *
 * @module
 */
import type { FailedFile, SkipReason } from "../peer/files/mod.ts";
import type { AboutOffer, FromTo } from "./offer_events.ts";
import type { ClientProblem, PeerFailure } from "./problems.ts";

/** Something in a folder that is not sent. Names are safe to show. */
export interface LeftOutFile {
  /** Where it is on this machine. */
  readonly path: string;
  /** Why. */
  readonly reason: SkipReason;
  /** Where a link leads, as it says itself. */
  readonly target?: string;
}

/** All that is left out of an offer of ours; follows its `file-skipped` events. */
export interface FilesLeftOutEvent extends AboutOffer {
  /** Tells it from other events. */
  readonly event: "files-left-out";
  /** The first of them. */
  readonly first: LeftOutFile;
  /** How many there are. */
  readonly count: number;
}

/** All that was renamed of a transfer from others; follows its `file-renamed` events. */
export interface FilesRenamedEvent extends AboutOffer {
  /** Tells it from other events. */
  readonly event: "files-renamed";
  /** The account that sent them. */
  readonly from: string;
  /** The first of them: its name as it was offered, and where it is. */
  readonly first: { readonly offered: string; readonly path: string };
  /** How many there are. */
  readonly count: number;
}

/** The names of an offer. */
export interface OfferNames {
  /** As in its `offer` event. */
  readonly names: readonly string[];
  /** How many files it has, where that is known. */
  readonly files: number | undefined;
}

/** The link was lost in the middle; the transfer continues over another one. */
export interface TransferInterruptedEvent extends AboutOffer, OfferNames {
  /** Tells it from other events. */
  readonly event: "transfer-interrupted";
  /** Why. */
  readonly failure: PeerFailure;
  /** Milliseconds until our next attempt; `undefined` where the sender has to make it. */
  readonly retryInMs: number | undefined;
}

/** Why a transfer ended without being complete. */
export type TransferFailure =
  /** The server or the client itself refused. */
  | { readonly kind: "problem"; readonly problem: ClientProblem }
  /** Not one of its files went through: the first of them, and how many there are. */
  | { readonly kind: "nothing-through"; readonly first: FailedFile; readonly count: number }
  /** The link or the protocol failed, or one side declined or cancelled. */
  | { readonly kind: "peer"; readonly failure: PeerFailure };

/** A transfer ended without being complete: the last event of its id. */
export interface TransferEndedEvent extends AboutOffer, FromTo, OfferNames {
  /** Tells it from other events. */
  readonly event: "transfer-ended";
  /** Whether we offered it. */
  readonly own: boolean;
  /** A short word for programs. */
  readonly code: string;
  /** Why. */
  readonly failure: TransferFailure;
}

/** What {@linkcode OfferEvent} and its kin do not say of a transfer. */
export type TransferEvent =
  | FilesLeftOutEvent
  | FilesRenamedEvent
  | TransferInterruptedEvent
  | TransferEndedEvent;
