/**
 * Transfers files and whole folders between clients, over one link for each transfer.
 *
 * The sender lists the files ({@linkcode prepareOffer}) and offers them
 * ({@linkcode sendFiles}); the receiver reads the offer ({@linkcode receiveOffer}) and accepts or
 * declines it. No received data is trusted: no name, no size, no byte before its
 * SHA-256 matches. An interrupted transfer resumes when the same files are offered again.
 * docs/file-transfer.md has the wire format, the files on the disk and the reasons.
 *
 * @module
 */
export {
  type FailedFile,
  OfferFilesError,
  type OfferFilesProblem,
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
