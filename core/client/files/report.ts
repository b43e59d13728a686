/**
 * What becomes of a transfer, as events.
 *
 * @module
 */
import type { FailedFile, Progress, TransferFault } from "../../peer/files/mod.ts";
import { faultWords, TransferError } from "../../peer/files/mod.ts";
import { PeerError } from "../../peer/mod.ts";
import { ClientError } from "../errors.ts";
import type { ClientEvent } from "../events.ts";
import type { TransferredFile } from "../offer_events.ts";
import { type ListedOffer, offerPartyText } from "../offers.ts";

/** Codes of `error` events that end a transfer, beside those of {@linkcode ClientError}. */
export type TransferCode =
  | "offer-declined"
  | "transfer-cancelled"
  | "transfer-lost"
  | "transfer-failed"
  | "no-space"
  | "cannot-write";

/** Most files told of one by one: an event stays small enough to be a line. */
const MAX_TOLD = 1_000;

const CODES: Readonly<Record<TransferFault, TransferCode>> = {
  "nothing-to-send": "transfer-failed",
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

/** Someone on this side has ended it. */
export class EndedHere extends Error {
  override readonly name = "EndedHere";
  constructor(readonly code: "offer-declined" | "transfer-cancelled", message: string) {
    super(message);
  }
}

/** What went through. */
export interface TransferOutcome {
  /** The file or the first folder at the top, on this machine. */
  readonly path: string;
  readonly contents: readonly TransferredFile[];
  readonly failed: readonly FailedFile[];
}

/** How far it is. */
export function progressEvent({ number }: ListedOffer, progress: Progress): ClientEvent {
  return { event: "progress", number, ...progress };
}

/** That it is over: complete, or, when not one of its files went through, an error. */
export function endEvent(
  offer: ListedOffer,
  { path, contents, failed }: TransferOutcome,
): ClientEvent {
  const { id, number, from, to, bytes = 0 } = offer;
  const [firstFailed] = failed;
  if (firstFailed !== undefined && contents.length === 0) {
    const more = failed.length > 1 ? ` (and ${failed.length - 1} more)` : "";
    const what = `${firstFailed.path} ${faultWords(firstFailed.fault)}`;
    const text = `Nothing of it went through: ${what}${more}`;
    return errorEvent(offer, new Error(text));
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
    contents: contents.slice(0, MAX_TOLD),
    failed: failed.slice(0, MAX_TOLD),
  };
  return offer.direction === "in" ? { event: "received", ...done } : { event: "sent", ...done };
}

/** Why it has ended without being complete. */
export function errorEvent(offer: ListedOffer, error: unknown): ClientEvent {
  const code = codeOf(error);
  const reason = reasonOf(error);
  const hope = code === "transfer-lost" ? ". Offered again, it goes on where it stopped" : "";
  const text = `${namesOf(offer)} ${offerPartyText(offer)}: ${reason}${hope}`;
  return { event: "error", code, text, id: offer.id };
}

/** The names of an offer, in few words. */
export function namesOf({ names, files }: Pick<ListedOffer, "names" | "files">): string {
  const [first = "nothing"] = names;
  if (names.length === 1) return first;
  return `${first} and more${files === undefined ? "" : ` (${files} files)`}`;
}

/** Why a request for a link did not get through is said by the server, as of a private message. */
function reasonOf(error: unknown): string {
  if (error instanceof PeerError && error.cause instanceof ClientError) return error.cause.message;
  return error instanceof Error ? error.message : String(error);
}

function codeOf(error: unknown): string {
  if (error instanceof TransferError) return CODES[error.fault];
  if (error instanceof EndedHere || error instanceof ClientError) return error.code;
  if (!(error instanceof PeerError)) return "transfer-failed";
  if (error.cause instanceof ClientError) return error.cause.code;
  return error.fault === "untrusted" ? "untrusted-peer" : "not-delivered";
}
