/** Options for the stream to one receiver. @module */
import type { Clock } from "../../ground/clock.ts";
import type { StreamOffer } from "./protocol.ts";
import type { StreamState } from "./types.ts";

/** Options for a `StreamSender`. */
export interface StreamSenderOptions {
  /** The offer, sent first. */
  readonly offer: StreamOffer;
  /** Clock for statistics. */
  readonly clock: Clock;
  /** For a live source, when a frame of time stamp 0 left the encoder, in milliseconds of `clock`. */
  originMs(): number | undefined;
  /** Called when the stream starts, pauses, resumes or ends. */
  onState?: ((state: StreamState) => void) | undefined;
}
