/**
 * What becomes of a stream, as events and in words.
 *
 * @module
 */
import { MediaError, type MediaFault } from "../../media/errors.ts";
import { PeerError } from "../../peer/mod.ts";
import type { StreamEnd, StreamStats } from "../../peer/streams/mod.ts";
import { ClientError } from "../errors.ts";
import type { ClientEvent } from "../events.ts";
import type { StreamEvent } from "../offer_events.ts";
import { type ListedOffer, offerPartyText } from "../offers.ts";

/** Codes of errors that have to do with sound and picture, beside those of {@linkcode ClientError}. */
export type StreamCode =
  | "offer-declined"
  | "no-ffmpeg"
  | "bad-source"
  | "no-device"
  | "refused-source"
  | "ffmpeg-failed"
  | "cannot-save"
  | "stream-failed"
  | "no-such-stream";

const CODES: Readonly<Record<MediaFault, StreamCode>> = {
  "missing": "no-ffmpeg",
  "not-executable": "no-ffmpeg",
  "not-allowed": "no-ffmpeg",
  "bad-source": "bad-source",
  "no-device": "no-device",
  "refused-source": "refused-source",
  "died": "ffmpeg-failed",
  "bad-container": "ffmpeg-failed",
  "cannot-save": "cannot-save",
};

/** How a stream ended: as core/peer says it, or that it was taken back before it was answered. */
export type StreamOutcome = StreamEnd | { readonly reason: "withdrawn" };

/** The facts that every event of a stream has. */
export function streamEvent(
  { id, number, kind, from, to }: ListedOffer,
  state: StreamEvent["state"],
): StreamEvent {
  return { event: "stream", id, number, state, kind: kind === "video" ? kind : "audio", from, to };
}

/** The figures, without digits that mean nothing. */
export function roundStats(stats: StreamStats): Partial<StreamStats> {
  const tenth = (figure: number) => Math.round(figure * 10) / 10;
  const { latencyMs, ...others } = stats;
  return {
    ...others,
    bitsPerSecond: Math.round(stats.bitsPerSecond),
    ...(latencyMs === undefined ? {} : { latencyMs: tenth(latencyMs) }),
    jitterMs: tenth(stats.jitterMs),
    bufferMs: Math.round(stats.bufferMs),
  };
}

/** How it ended, for people. */
export function streamEndText(
  outcome: StreamOutcome,
  { direction, from, to }: ListedOffer,
): string {
  const other = direction === "in" ? from : to;
  switch (outcome.reason) {
    case "done":
      return "complete";
    case "withdrawn":
      return `taken back by ${other}`;
    case "lost":
      return `the link to ${other} was lost`;
    case "stopped":
      return outcome.by === "us" ? "stopped" : `stopped by ${other}`;
    case "rejected":
      if (outcome.by === "us") return "rejected";
      return `rejected by ${other}${outcome.text === "rejected" ? "" : `: ${outcome.text}`}`;
    case "failed":
      return outcome.error?.message ?? `it failed on the side of ${other}`;
  }
}

/** The error that a stream ended by, if it was one of ours, or if it was declined: as an offer of files is. */
export function errorOf(outcome: StreamOutcome, offer: ListedOffer): ClientEvent | undefined {
  if (outcome.reason === "rejected") {
    const { names: [name = offer.kind], id } = offer;
    const text = `${name} ${offerPartyText(offer)}: ${streamEndText(outcome, offer)}`;
    return { event: "error", code: "offer-declined", text, id };
  }
  if (outcome.reason !== "failed") return undefined;
  const code = outcome.error instanceof MediaError ? CODES[outcome.error.fault] : "stream-failed";
  return { event: "error", code, text: streamEndText(outcome, offer), id: offer.id };
}

/** A problem that did not end a stream, which is kept in `folder` now if it was only played before. */
export function problemOf(error: MediaError, { id }: ListedOffer, folder?: string): ClientEvent {
  const how = folder === undefined ? "it goes on" : `it goes on and is kept in ${folder}`;
  return { event: "error", code: CODES[error.fault], text: `${error.message} (${how})`, id };
}

/** Whatever kept a stream to `account` from being offered, as what a command may throw. */
export function asClientError(error: unknown, account: string): unknown {
  if (error instanceof MediaError) {
    const code = CODES[error.fault];
    return new ClientError("refused", error.message, { code, cause: error });
  }
  if (!(error instanceof PeerError)) return error;
  if (error.cause instanceof ClientError) return error.cause; // the request did not get through
  if (error.fault === "untrusted") {
    return new ClientError("untrusted-peer", error.message, { cause: error });
  }
  const why = error.fault === "no-answer"
    ? "their client does not answer, or takes no streams"
    : error.message;
  return new ClientError("not-delivered", `Not offered to ${account}: ${why}`, { cause: error });
}
