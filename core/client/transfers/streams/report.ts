/**
 * Events of a stream.
 *
 * @module
 */
import { MediaError, type MediaFault } from "../../../media/errors.ts";
import { PeerError } from "../../../peer/mod.ts";
import type { StreamEnd, StreamStats } from "../../../peer/streams/mod.ts";
import { ClientError } from "../../events/errors.ts";
import type { ClientEvent } from "../../events/events.ts";
import type { StreamEnding, StreamEvent } from "../../events/stream_events.ts";
import { toPeerFailure } from "../../people/peer_failure.ts";
import type { ListedOffer } from "../offers.ts";

/** Codes of audio and video errors, in addition to those of {@linkcode ClientError}. */
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

/** How a stream ended: as core/peer reports it, or withdrawn before it was answered. */
export type StreamOutcome = StreamEnd | { readonly reason: "withdrawn" };

/** The fields of every event of a stream. */
export function streamEvent(
  { id, number, kind, from, to }: ListedOffer,
  state: StreamEvent["state"],
): StreamEvent {
  return { event: "stream", id, number, state, kind: kind === "video" ? kind : "audio", from, to };
}

/** Rounds statistics to meaningful digits. */
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

/** The end of a stream, for an event. `other`: which of several receivers ended it. */
export function toEnding(
  outcome: StreamOutcome,
  { direction, from, to }: ListedOffer,
  other: string = direction === "in" ? from : to,
): StreamEnding {
  switch (outcome.reason) {
    case "done":
    case "withdrawn":
    case "lost":
      return { other, end: outcome.reason };
    case "stopped":
      return { other, end: "stopped", by: outcome.by };
    case "rejected":
      return { other, end: "rejected", by: outcome.by, text: outcome.text };
    case "failed":
      return { other, end: "failed", message: outcome.error?.message };
  }
}

/** The event that precedes the end of a stream that was declined, or failed on this side. */
export function failedEvent(outcome: StreamOutcome, offer: ListedOffer): ClientEvent | undefined {
  const { id, number, from, to, direction, names: [name = offer.kind] } = offer;
  const facts = { event: "stream-failed", id, number, from, to, name } as const;
  const own = direction === "out";
  const ending = toEnding(outcome, offer);
  if (outcome.reason === "rejected") return { ...facts, own, code: "offer-declined", ending };
  if (outcome.reason !== "failed") return undefined;
  const code = outcome.error instanceof MediaError ? CODES[outcome.error.fault] : "stream-failed";
  return { ...facts, own, code, ending };
}

/** Reports a problem that did not end a stream; `keptIn`: where it is saved if it was only played before. */
export function troubleEvent(
  { fault, message }: MediaError,
  { id, number }: ListedOffer,
  keptIn: string | undefined,
): ClientEvent {
  return { event: "stream-trouble", id, number, code: CODES[fault], message, keptIn };
}

/** The error of a command whose stream to `account` could not be offered. */
export function asClientError(error: unknown, account: string): unknown {
  if (error instanceof MediaError) {
    const { fault, message } = error;
    const problem = { kind: "cannot-use-source", code: CODES[fault], message } as const;
    return new ClientError(problem, { cause: error });
  }
  if (!(error instanceof PeerError)) return error;
  if (error.cause instanceof ClientError) return error.cause; // the request could not be delivered
  const failure = error.fault === "no-answer"
    ? { kind: "takes-no-streams" } as const
    : toPeerFailure(error, account);
  const untrusted = error.fault === "untrusted";
  return new ClientError({ kind: "not-offered", to: account, untrusted, failure }, {
    cause: error,
  });
}
