/**
 * The errors of file transfers, for callers to catch.
 *
 * @module
 */

import type { FileKind } from "../../ground/regular_file.ts";

/**
 * Why a transfer failed:
 * - `too-many`: the lists of too many files wait for an answer.
 * - `refused`: the other side declined it.
 * - `cancelled`: the other side stopped it.
 * - `lost`: the link was lost. Received data is kept; offered again, the transfer resumes.
 * - `stalled`: no bytes for too long. Like `lost`.
 * - `protocol`: the other side violated the protocol, or sent something else than it offered.
 * - `unsafe-name`: a name in the offer would leave the target folder.
 * - `no-space`: the disk has too little space, or became full.
 * - `cannot-write`: the target folder is not writable.
 */
export type TransferFault =
  | "too-many"
  | "refused"
  | "cancelled"
  | "lost"
  | "stalled"
  | "protocol"
  | "unsafe-name"
  | "no-space"
  | "cannot-write";

/** A transfer failed. Chat and other transfers are not affected. */
export class TransferError extends Error {
  /** Distinguishes it from other errors. */
  override readonly name = "TransferError";

  /** `fault` is for programs; `message` is what the other side is sent as well. */
  constructor(readonly fault: TransferFault, message: string, options?: ErrorOptions) {
    super(message, options);
  }
}

/** Why files cannot be offered. `detail` says what is there instead, or what the system says. */
export type OfferFilesProblem =
  | { readonly kind: "no-path" }
  | {
    readonly kind: "missing" | "unreadable";
    /** The path on this machine. */
    readonly source: string;
    readonly detail?: string;
  }
  | { readonly kind: "not-a-file"; readonly source: string; readonly fileKind: FileKind }
  /** `max` is how many one transfer may have. */
  | { readonly kind: "too-many-files"; readonly max: number };

/** Files cannot be offered. */
export class OfferFilesError extends Error {
  /** Distinguishes it from other errors. */
  override readonly name = "OfferFilesError";

  /** `problem` says why, as facts. */
  constructor(readonly problem: OfferFilesProblem, options?: ErrorOptions) {
    super(`Cannot offer files: ${JSON.stringify(problem)}`, options);
  }
}

/**
 * Why one file of a transfer failed:
 * - `unreadable`: the sender could not open or read it.
 * - `changed`: it was changed after it was offered, or while it was read.
 * - `unwritable`: the receiver could not create it.
 * - `damaged`: the received bytes do not have the SHA-256 that was sent.
 */
export type TransferFileFault = "unreadable" | "changed" | "unwritable" | "damaged";

/** A file that failed. */
export interface FailedFile {
  /** The offered path, with `/` between folders; cleaned for display. */
  readonly path: string;
  /** Why it failed. */
  readonly fault: TransferFileFault;
}
