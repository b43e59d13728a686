/**
 * Events of a transfer.
 *
 * @module
 */
import type { FailedFile, Progress, TransferFault } from "../../../peer/files/mod.ts";
import { TransferError } from "../../../peer/files/mod.ts";
import { PeerError } from "../../../peer/mod.ts";
import { ClientError } from "../../events/errors.ts";
import type { ClientEvent } from "../../events/events.ts";
import type { TransferredFile } from "../../events/offer_events.ts";
import type { TransferFailure } from "../../events/transfer_events.ts";
import { toPeerFailure } from "../../people/peer_failure.ts";
import type { ListedOffer } from "../offers.ts";

/** Codes of `transfer-ended` events, in addition to those of {@linkcode ClientError}. */
export type TransferCode =
  | "offer-declined"
  | "transfer-cancelled"
  | "transfer-lost"
  | "transfer-failed"
  | "no-space"
  | "cannot-write";

/** Most files that one event lists, so that it fits on a line. */
const MAX_LISTED = 1_000;

const CODES: Readonly<Record<TransferFault, TransferCode>> = {
  "too-many": "transfer-failed",
  "refused": "offer-declined",
  "cancelled": "transfer-cancelled",
  "lost": "transfer-lost",
  "stalled": "transfer-lost",
  "protocol": "transfer-failed",
  "unsafe-name": "transfer-failed",
  "no-space": "no-space",
  "cannot-write": "cannot-write",
};

/** The transfer was ended on this side. */
export class EndedHere extends Error {
  override readonly name = "EndedHere";
  constructor(readonly code: "offer-declined" | "transfer-cancelled", message: string) {
    super(message);
  }
}

/** What was transferred. */
export interface TransferOutcome {
  /** The path of the file, or of the first folder at the top level, on this machine. */
  readonly path: string;
  readonly contents: readonly TransferredFile[];
  readonly failed: readonly FailedFile[];
}

/** Reports the progress of a transfer. */
export function progressEvent({ number }: ListedOffer, progress: Progress): ClientEvent {
  return { event: "progress", number, ...progress };
}

/** Reports the end of a transfer: complete, or an error if none of its files was transferred. */
export function endEvent(
  offer: ListedOffer,
  { path, contents, failed }: TransferOutcome,
): ClientEvent {
  const { id, number, from, to, bytes = 0 } = offer;
  const [firstFailed] = failed;
  if (firstFailed !== undefined && contents.length === 0) {
    const failure = { kind: "nothing-through", first: firstFailed, count: failed.length } as const;
    return endedEvent(offer, "transfer-failed", failure);
  }
  const only = offer.files === 1 && contents.length === 1 ? contents[0] : undefined;
  const done = {
    id,
    number,
    from,
    to,
    bytes: contents.reduce((sum, file) => sum + file.bytes, 0),
    total: bytes,
    path,
    ...(only?.sha256 === undefined ? {} : { sha256: only.sha256 }),
    files: contents.length,
    contents: contents.slice(0, MAX_LISTED),
    failed: failed.slice(0, MAX_LISTED),
  };
  return offer.direction === "in" ? { event: "received", ...done } : { event: "sent", ...done };
}

/** Reports why a transfer ended before it was complete. */
export function errorEvent(offer: ListedOffer, error: unknown): ClientEvent {
  return endedEvent(offer, codeOf(error), toTransferFailure(error, offer));
}

/** Reports a lost link; `retryInMs` is missing if the sender has to offer the transfer again. */
export function interruptedEvent(
  offer: ListedOffer,
  error: Error,
  retryInMs: number | undefined,
): ClientEvent {
  const { id, number, names, files } = offer;
  const failure = toPeerFailure(error, otherOf(offer));
  return { event: "transfer-interrupted", id, number, names, files, failure, retryInMs };
}

function endedEvent(offer: ListedOffer, code: string, failure: TransferFailure): ClientEvent {
  const { id, number, from, to, names, files, direction } = offer;
  const own = direction === "out";
  return { event: "transfer-ended", id, number, from, to, names, files, own, code, failure };
}

/** The cause of a failure. If the request for a link failed, the server gives the reason, as for a private message. */
function toTransferFailure(error: unknown, offer: ListedOffer): TransferFailure {
  const cause = error instanceof PeerError ? error.cause : error;
  if (cause instanceof ClientError) return { kind: "problem", problem: cause.problem };
  const failure = error instanceof Error
    ? toPeerFailure(error, otherOf(offer))
    : { kind: "other", message: String(error) } as const;
  return { kind: "peer", failure };
}

function otherOf({ direction, from, to }: ListedOffer): string {
  return direction === "in" ? from : to;
}

function codeOf(error: unknown): string {
  if (error instanceof TransferError) return CODES[error.fault];
  if (error instanceof EndedHere || error instanceof ClientError) return error.code;
  if (!(error instanceof PeerError)) return "transfer-failed";
  if (error.cause instanceof ClientError) return error.cause.code;
  return error.fault === "untrusted" ? "untrusted-peer" : "not-delivered";
}
