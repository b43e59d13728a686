/**
 * What a client tells of files, sound and picture. An offer of files ends with exactly one of `sent`, `received` or
 * an `error` with its id; one of sound or picture with a `stream` that has `ended`, which a `received` (when it was kept)
 * or an `error` may precede.
 *
 * @module
 */
import type { StreamStats } from "../peer/streams/mod.ts";
import type { CallPart, OfferKind } from "./offers.ts";

/** Somebody offers something: somebody else to us, or we (`own`). */
export interface OfferEvent {
  readonly event: "offer";
  readonly id: string;
  /** What `/accept`, `/reject` and `/cancel` take. */
  readonly number: number;
  readonly from: string;
  readonly to: string;
  readonly own: boolean;
  readonly kind: OfferKind;
  readonly names: readonly string[];
  readonly bytes: number | undefined;
  readonly files?: number;
  /** Half of a call: whoever accepts an `offer` is heard as well. */
  readonly call?: CallPart;
}

/** How far a transfer is. */
export interface ProgressEvent {
  readonly event: "progress";
  readonly id: string;
  readonly number: number;
  readonly bytes: number;
  readonly total: number;
  /** The file that is under way. */
  readonly file: string;
  /** Its number, from 1. */
  readonly fileIndex: number;
  readonly files: number;
  readonly bytesPerSecond: number;
}

/** One file that went through. */
export interface TransferredFile {
  /** Where it is on this machine. */
  readonly path: string;
  readonly bytes: number;
  /** Hexadecimal; not known of a file that the receiver had from an earlier attempt. */
  readonly sha256?: string;
}

/** A transfer is complete, on the side that sent it or that received it. */
interface Transferred {
  readonly id: string;
  readonly number: number;
  readonly from: string;
  readonly to: string;
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
  readonly failed: readonly { readonly path: string; readonly fault: string }[];
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

/** What happens to sound or picture that is under way. */
export interface StreamEvent extends Partial<StreamStats> {
  readonly event: "stream";
  readonly id: string;
  readonly number: number;
  readonly state: "started" | "paused" | "resumed" | "stats" | "ended";
  /** Who it comes from and goes to. */
  readonly from: string;
  readonly to: string;
  readonly kind: Exclude<OfferKind, "file">;
  /** How long it has been running. */
  readonly seconds?: number;
  /** How many hear a stream to a room. */
  readonly receivers?: number;
  /** How it ended. */
  readonly end?: "done" | "stopped" | "rejected" | "withdrawn" | "lost" | "failed";
  /** How it ended, or who holds it; for people. */
  readonly reason?: string;
  /** Where it was kept. */
  readonly path?: string;
}
