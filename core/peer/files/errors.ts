/**
 * The one error of the file transfers that a caller is meant to catch.
 *
 * @module
 */

/**
 * Why a transfer did not come to its end:
 * - `nothing-to-send`: none of the paths can be read.
 * - `too-many`: more files than one transfer may hold, or than there is room for before an answer.
 * - `refused`: the other side did not want it.
 * - `cancelled`: the other side stopped it.
 * - `lost`: the link ended in the middle. What arrived is kept; offered again, it goes on from there.
 * - `stalled`: nothing moved for too long. As `lost`.
 * - `protocol`: the other side does not keep to the protocol, or to what it offered.
 * - `unsafe-name`: a name in the offer would leave the folder it is meant for.
 * - `no-space`: the disk has no room for it, or filled up in the middle.
 * - `cannot-write`: the folder to receive into cannot be written.
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

/** A transfer did not come to its end. Neither the chat nor another transfer is concerned. */
export class TransferError extends Error {
  /** Tells it from other errors. */
  override readonly name = "TransferError";

  /** `fault` is for programs, `message` for people. */
  constructor(readonly fault: TransferFault, message: string, options?: ErrorOptions) {
    super(message, options);
  }
}

/**
 * Why one file of a transfer did not come through, while the others did:
 * - `unreadable`: the sender could not open or read it.
 * - `changed`: it was changed after it was offered, or while it was read.
 * - `unwritable`: the receiver could not make it.
 * - `damaged`: what arrived does not have the SHA-256 that was sent.
 */
export type TransferFileFault = "unreadable" | "changed" | "unwritable" | "damaged";

/** A file that did not come through. */
export interface FailedFile {
  /** As it was offered, with `/` between folders; cleaned for display. */
  readonly path: string;
  /** Why it did not. */
  readonly fault: TransferFileFault;
}
