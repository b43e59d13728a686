/** Options for the stream to one receiver. @module */
import type { Clock } from "../../ground/clock.ts";
import type { StreamOffer } from "./protocol.ts";
import type { StreamState } from "./types.ts";

/** Options for a `StreamSender`. */
export interface StreamSenderOptions {
  /** What is said first. */
  readonly offer: StreamOffer;
  /** For figures. */
  readonly clock: Clock;
  /** When a frame of time stamp 0 left the encoder, in milliseconds of `clock`; for a live source. */
  originMs(): number | undefined;
  /** Called when it begins, is held, goes on, ends. */
  onState?: ((state: StreamState) => void) | undefined;
}
