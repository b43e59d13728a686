/**
 * Files and whole folders from client to client, over one link for each transfer.
 *
 * The sender looks through what is to be sent ({@linkcode prepareOffer}) and offers it
 * ({@linkcode sendFiles}); the receiver sees the offer ({@linkcode receiveOffer}) and takes or
 * declines it. Nothing that arrives is trusted: not a name, not a size, not a byte before its
 * SHA-256 agrees. What was cut goes on where it stopped when the same is offered again.
 * docs/file-transfer.md has the wire format, the files on the disk and the reasons.
 *
 * @module
 */
export {
  type FailedFile,
  TransferError,
  type TransferFault,
  type TransferFileFault,
} from "./errors.ts";
export { type Duplex, type FileLink, fileLinkOf } from "./file_link.ts";
export { type FileAcceptOptions, IncomingOffer, receiveOffer } from "./incoming.ts";
export {
  type OfferedFile,
  type PreparedOffer,
  prepareOffer,
  type Skipped,
  type SkipReason,
} from "./offer.ts";
export { ListBudget, type ListShare } from "./list_budget.ts";
export type { OnProgress, Progress } from "./progress.ts";
export type { ReceivedFile, ReceivedFiles, RenamedFile } from "./received_files.ts";
export { rootSizes } from "./root_sizes.ts";
export { sendFiles, type SendFilesOptions, type SentFile, type SentFiles } from "./sending.ts";
export type { AgreeOptions } from "./prefix.ts";
export type { RunningHashOptions } from "./running_hash.ts";
export type { FileOfferKind, ListedFile, OfferLine } from "./wire.ts";
