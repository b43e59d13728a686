/**
 * Events of file transfers: skipped and renamed files, interruptions, failures.
 *
 * @module
 */
import type { FailedFile, SkipReason } from "../../peer/files/mod.ts";
import type { AboutOffer, FromTo } from "./offer_events.ts";
import type { ClientProblem, PeerFailure } from "./problems.ts";

/** A skipped entry of a folder. Names are safe to show. */
export interface LeftOutFile {
  /** Its path on this machine. */
  readonly path: string;
  /** Why. */
  readonly reason: SkipReason;
  /** The target of a link. */
  readonly target?: string;
}

/** All skipped entries of an offer of ours; follows its `file-skipped` events. */
export interface FilesLeftOutEvent extends AboutOffer {
  /** Discriminates it from other events. */
  readonly event: "files-left-out";
  /** The first of them. */
  readonly first: LeftOutFile;
  /** Number of elements. */
  readonly count: number;
}

/** All renamed files of a received transfer; follows its `file-renamed` events. */
export interface FilesRenamedEvent extends AboutOffer {
  /** Discriminates it from other events. */
  readonly event: "files-renamed";
  /** The account that sent them. */
  readonly from: string;
  /** The first of them: its offered name, and its path. */
  readonly first: { readonly offered: string; readonly path: string };
  /** Number of elements. */
  readonly count: number;
}

/** The names of an offer. */
export interface OfferNames {
  /** As in its `offer` event. */
  readonly names: readonly string[];
  /** Number of files, if known. */
  readonly files: number | undefined;
}

/** The link was lost; the transfer resumes over another one. */
export interface TransferInterruptedEvent extends AboutOffer, OfferNames {
  /** Discriminates it from other events. */
  readonly event: "transfer-interrupted";
  /** Why. */
  readonly failure: PeerFailure;
  /** Milliseconds until our next attempt; `undefined` if the sender has to make it. */
  readonly retryInMs: number | undefined;
}

/** Why a transfer ended without being complete. */
export type TransferFailure =
  /** The server or the client itself refused. */
  | { readonly kind: "problem"; readonly problem: ClientProblem }
  /** All files failed: the first of them, and their number. */
  | { readonly kind: "nothing-through"; readonly first: FailedFile; readonly count: number }
  /** The link or the protocol failed, or one side declined or cancelled. */
  | { readonly kind: "peer"; readonly failure: PeerFailure };

/** A transfer ended without being complete: the last event of its id. */
export interface TransferEndedEvent extends AboutOffer, FromTo, OfferNames {
  /** Discriminates it from other events. */
  readonly event: "transfer-ended";
  /** Whether we offered it. */
  readonly own: boolean;
  /** A code for programs. */
  readonly code: string;
  /** Why. */
  readonly failure: TransferFailure;
}

/** Events of transfers, other than {@linkcode OfferEvent} and {@linkcode TransferredEvent}. */
export type TransferEvent =
  | FilesLeftOutEvent
  | FilesRenamedEvent
  | TransferInterruptedEvent
  | TransferEndedEvent;
