/**
 * Events of files, sound and picture. An offer of files ends with exactly one of `sent`, `received` or `transfer-ended`;
 * one of sound or picture with a `stream` that has `ended`, which a `received` (when it was kept) or a `stream-failed`
 * may precede.
 *
 * @module
 */
import type { FailedFile, SkipReason } from "../peer/files/mod.ts";

/** What is offered. */
export type OfferKind = "file" | "audio" | "video";
/** Which half of a call it is: the first, or its answer. */
export type CallPart = "offer" | "answer";

/** Which offer an event is about. */
export interface AboutOffer {
  /** The same on both sides, and in every event of one transfer. */
  readonly id: string;
  /** What `/accept`, `/reject` and `/cancel` take. */
  readonly number: number;
}

/** Who offers, and to whom. */
export interface FromTo {
  /** The account that offers. */
  readonly from: string;
  /** An account, or a room. */
  readonly to: string;
}

/** Somebody offers something: somebody else to us, or we (`own`). */
export interface OfferEvent extends AboutOffer, FromTo {
  /** Tells it from other events. */
  readonly event: "offer";
  /** Whether we offer it. */
  readonly own: boolean;
  /** What it is. */
  readonly kind: OfferKind;
  /** Clean; the first names at the top, a folder's ends with `/`. */
  readonly names: readonly string[];
  /** The bytes of each of the names, where they are known. */
  readonly sizes?: readonly number[];
  /** All of it; `undefined` when nobody knows, as of a live source. */
  readonly bytes: number | undefined;
  /** How many files it has. */
  readonly files?: number;
  /** Of what others offer to everybody in a room: that room; `to` is we. */
  readonly room?: string;
  /** Half of a call: whoever accepts an `offer` is heard as well. */
  readonly call?: CallPart;
}

/** How far a transfer is. */
export interface ProgressEvent extends AboutOffer {
  /** Tells it from other events. */
  readonly event: "progress";
  /** What is there, with what was there from an earlier attempt. */
  readonly bytes: number;
  /** What was offered. */
  readonly total: number;
  /** The file that is under way. */
  readonly file: string;
  /** Its number, from 1. */
  readonly fileIndex: number;
  /** How many files were offered. */
  readonly files: number;
  /** Of late. */
  readonly bytesPerSecond: number;
}

/** One file that went through. */
export interface TransferredFile {
  /** Where it is on this machine. */
  readonly path: string;
  /** Its length. */
  readonly bytes: number;
  /** Hexadecimal; not known of a file that the receiver had from an earlier attempt. */
  readonly sha256?: string;
}

/** Something in a folder that we offer is left out. */
export interface FileSkippedEvent extends AboutOffer {
  /** Tells it from other events. */
  readonly event: "file-skipped";
  /** Where it is on this machine. */
  readonly path: string;
  /** Why it is left out. */
  readonly reason: SkipReason;
  /** Where a link leads, as it says itself. */
  readonly target?: string;
}

/** A received file or folder has another name here than it was offered by. */
export interface FileRenamedEvent extends AboutOffer {
  /** Tells it from other events. */
  readonly event: "file-renamed";
  /** As it was offered. */
  readonly offered: string;
  /** Where it is on this machine. */
  readonly path: string;
}

/** A transfer is complete, on the side that sent it or that received it. */
export interface Transferred extends AboutOffer, FromTo {
  /** What went through. */
  readonly bytes: number;
  /** What was offered; more than `bytes` when some files failed. */
  readonly total: number;
  /** The file, or the (first) folder, on this machine. */
  readonly path: string;
  /** Of a transfer of one file: hexadecimal. */
  readonly sha256?: string;
  /** How many files went through. */
  readonly files: number;
  /** The first 1000 of them. */
  readonly contents: readonly TransferredFile[];
  /** Files that did not go through, as they were offered, and why. */
  readonly failed: readonly FailedFile[];
}

/** A transfer is complete, says the side that sent it. */
export interface SentEvent extends Transferred {
  /** Tells it from other events. */
  readonly event: "sent";
}

/** A transfer is complete, says the side that received it. */
export interface ReceivedEvent extends Transferred {
  /** Tells it from other events. */
  readonly event: "received";
}

/** Either of the two. */
export type TransferredEvent = SentEvent | ReceivedEvent;
