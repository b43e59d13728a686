/**
 * The error of file transfers, for callers to catch.
 *
 * @module
 */

/**
 * Why a transfer failed:
 * - `nothing-to-send`: none of the paths can be read.
 * - `too-many`: more files than one transfer allows, or more lists than may wait for an answer.
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
  | "nothing-to-send"
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

  /** `fault` is for programs, `message` for people. */
  constructor(readonly fault: TransferFault, message: string, options?: ErrorOptions) {
    super(message, options);
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
