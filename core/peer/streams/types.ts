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
 * - `done`: the source has ended, and everything has arrived.
 * - `stopped`: one side ended it.
 * - `rejected`: it never started; with the receiver's reason.
 * - `lost`: the link was lost.
 * - `failed`: an error of ffmpeg, ffplay, the disk or the protocol; in `error`, unless it happened on the other side.
 */
export type StreamEnd =
  | { readonly reason: "done" }
  | { readonly reason: "lost" }
  | { readonly reason: "stopped"; readonly by: Side }
  | { readonly reason: "rejected"; readonly by: Side; readonly text: string }
  | { readonly reason: "failed"; readonly by: Side; readonly error?: MediaError | ProtocolError };

/** The state of a stream, on either side. */
export type StreamState =
  | { readonly at: "offered" }
  | { readonly at: "streaming" }
  | { readonly at: "paused"; readonly by: Side }
  | { readonly at: "ended"; readonly end: StreamEnd };

/** The live statistics of a stream. */
export interface StreamStats {
  /** E.g. `opus` or `vp8+opus`; empty until known. */
  readonly codec: string;
  /** Recent bit rate of the encoded frames on this link; by playing time for a source that is not live. */
  readonly bitsPerSecond: number;
  /** Encoded bytes so far. */
  readonly bytes: number;
  /**
   * Latency from the encoder to the player, by both clocks. `undefined` for a source that is not live, and until the
   * clocks are compared.
   */
  readonly latencyMs: number | undefined;
  /** Interarrival jitter (RFC 3550). */
  readonly jitterMs: number;
  /** Duration of the frames buffered in the receiver. */
  readonly bufferMs: number;
  /** Frames that never arrived. */
  readonly lost: number;
  /** Frames that arrived too late. */
  readonly late: number;
  /** Frames that the sender dropped because the link did not keep up. Only the sender knows. */
  readonly dropped: number;
}

/** The codecs of a stream, for display. */
export function codecName({ audio, video }: StreamConfig): string {
  return [video?.codec, audio?.codec].filter((name) => name !== undefined).join("+");
}
