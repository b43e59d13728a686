/**
 * What both sides of a stream share.
 *
 * @module
 */
import type { MediaError } from "../../media/errors.ts";
import type { StreamConfig } from "../../media/frame.ts";
import type { ProtocolError } from "../links/errors.ts";

/** Who ended a stream. */
export type Side = "us" | "them";

/**
 * How a stream ended:
 * - `done`: the source came to its end, and all of it arrived.
 * - `stopped`: one side ended it.
 * - `rejected`: it never began; with the words of who said no.
 * - `lost`: the link did not last.
 * - `failed`: ffmpeg, ffplay, the disk or the protocol; `error` says which, unless it happened there.
 */
export type StreamEnd =
  | { readonly reason: "done" }
  | { readonly reason: "lost" }
  | { readonly reason: "stopped"; readonly by: Side }
  | { readonly reason: "rejected"; readonly by: Side; readonly text: string }
  | { readonly reason: "failed"; readonly by: Side; readonly error?: MediaError | ProtocolError };

/** Where a stream stands, on either side. */
export type StreamState =
  | { readonly at: "offered" }
  | { readonly at: "streaming" }
  | { readonly at: "paused"; readonly by: Side }
  | { readonly at: "ended"; readonly end: StreamEnd };

/** The live figures of a stream. */
export interface StreamStats {
  /** E.g. `opus` or `vp8+opus`; empty until it is known. */
  readonly codec: string;
  /** Of the encoded frames on this link, of late; of a source that is not live, by the time it plays. */
  readonly bitsPerSecond: number;
  /** Encoded bytes so far. */
  readonly bytes: number;
  /**
   * From leaving the encoder to being handed to the player, by both clocks. `undefined` for a source
   * that is not live, and until the clocks are compared.
   */
  readonly latencyMs: number | undefined;
  /** Interarrival jitter (RFC 3550). */
  readonly jitterMs: number;
  /** What waits in the receiver. */
  readonly bufferMs: number;
  /** Frames that never came. */
  readonly lost: number;
  /** Frames that came too late. */
  readonly late: number;
  /** Frames the sender left out because the link did not keep up. Only the sender knows. */
  readonly dropped: number;
}

/** The codecs of a stream, for people. */
export function codecName({ audio, video }: StreamConfig): string {
  return [video?.codec, audio?.codec].filter((name) => name !== undefined).join("+");
}
