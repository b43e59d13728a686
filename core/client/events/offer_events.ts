/**
 * Events of files, audio and video. An offer of files ends with exactly one of `sent`, `received` or `transfer-ended`;
 * one of audio or video with a `stream` that has `ended`, which a `received` (if it was saved) or a `stream-failed`
 * may precede.
 *
 * @module
 */
import type { FailedFile, SkipReason } from "../../peer/files/mod.ts";

/** Kind of an offer. */
export type OfferKind = "file" | "audio" | "video";
/** Direction of a call: the first offer, or its answer. */
export type CallPart = "offer" | "answer";

/** Identifies the offer of an event. */
export interface AboutOffer {
  /** The same on both sides, and in every event of one transfer. */
  readonly id: string;
  /** The number for `/accept`, `/reject` and `/cancel`. */
  readonly number: number;
}

/** Sender and receiver of an offer. */
export interface FromTo {
  /** The account that offers. */
  readonly from: string;
  /** An account, or a room. */
  readonly to: string;
}

/** An offer, from others or our own. */
export interface OfferEvent extends AboutOffer, FromTo {
  /** Discriminates it from other events. */
  readonly event: "offer";
  /** Whether we offer it. */
  readonly own: boolean;
  /** What it is. */
  readonly kind: OfferKind;
  /** Clean; the first top-level names, a folder's ends with `/`. */
  readonly names: readonly string[];
  /** The sizes of each of the names, if known. */
  readonly sizes?: readonly number[];
  /** The total; `undefined` if unknown, as for a live source. */
  readonly bytes: number | undefined;
  /** Number of files. */
  readonly files?: number;
  /** For an offer of others to everybody in a room: that room; `to` is our own name. */
  readonly room?: string;
  /** For a call: who accepts an `offer` is heard as well. */
  readonly call?: CallPart;
}

/** Progress of a transfer. */
export interface ProgressEvent extends AboutOffer {
  /** Discriminates it from other events. */
  readonly event: "progress";
  /** Bytes so far, earlier attempts included. */
  readonly bytes: number;
  /** Bytes offered. */
  readonly total: number;
  /** The current file. */
  readonly file: string;
  /** Its number, from 1. */
  readonly fileIndex: number;
  /** Number of files offered. */
  readonly files: number;
  /** Current speed. */
  readonly bytesPerSecond: number;
}

/** A transferred file. */
export interface TransferredFile {
  /** Its path on this machine. */
  readonly path: string;
  /** Its length. */
  readonly bytes: number;
  /** Hexadecimal; absent for a file that the receiver had from an earlier attempt. */
  readonly sha256?: string;
}

/** An entry of a folder that we offer was skipped. */
export interface FileSkippedEvent extends AboutOffer {
  /** Discriminates it from other events. */
  readonly event: "file-skipped";
  /** Its path on this machine. */
  readonly path: string;
  /** Why it was skipped. */
  readonly reason: SkipReason;
  /** The target of a link. */
  readonly target?: string;
}

/** A received file or folder has another name than offered. */
export interface FileRenamedEvent extends AboutOffer {
  /** Discriminates it from other events. */
  readonly event: "file-renamed";
  /** The offered path. */
  readonly offered: string;
  /** Its path on this machine. */
  readonly path: string;
}

/** A transfer is complete, on either side. */
export interface Transferred extends AboutOffer, FromTo {
  /** Bytes transferred. */
  readonly bytes: number;
  /** Bytes offered; more than `bytes` if some files failed. */
  readonly total: number;
  /** The file, or the (first) folder, on this machine. */
  readonly path: string;
  /** For a transfer of one file: hexadecimal. */
  readonly sha256?: string;
  /** Number of files transferred. */
  readonly files: number;
  /** The first 1000 of them. */
  readonly contents: readonly TransferredFile[];
  /** Failed files, and why. */
  readonly failed: readonly FailedFile[];
}

/** A transfer is complete, on the sender's side. */
export interface SentEvent extends Transferred {
  /** Discriminates it from other events. */
  readonly event: "sent";
}

/** A transfer is complete, on the receiver's side. */
export interface ReceivedEvent extends Transferred {
  /** Discriminates it from other events. */
  readonly event: "received";
}

/** A complete transfer, on either side. */
export type TransferredEvent = SentEvent | ReceivedEvent;
