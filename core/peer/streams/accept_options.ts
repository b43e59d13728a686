/** What a receiver wants of a stream. @module */
import type { Clock } from "../../ground/clock.ts";
import type { WireFrame } from "./frame_codec.ts";
import type { StreamLink } from "./link.ts";
import type { StreamOffer } from "./protocol.ts";
import type { SinkOptions } from "./sinks.ts";
import type { StreamState, StreamStats } from "./types.ts";

/** What to do with a stream. */
export interface StreamAcceptOptions extends SinkOptions {
  /** How long frames are held to even out their arrival, at least; 80 ms if absent. */
  readonly delayMs?: number | undefined;
  /** Stops it. */
  readonly signal?: AbortSignal | undefined;
  /** Called every second. */
  readonly onStats?: ((stats: StreamStats) => void) | undefined;
  /** Called when it begins, is held, goes on, ends. */
  readonly onState?: ((state: StreamState) => void) | undefined;
}

/** The accepted offer and its link, for a `StreamReceiver`. */
export interface ReceivingLink {
  /** Positioned after the offer. */
  readonly link: StreamLink;
  /** What was offered. */
  readonly offer: StreamOffer;
  /** By which frames are played. */
  readonly clock: Clock;
  /** The first read, begun when the offer came: so its withdrawal is noticed. */
  readonly first: Promise<WireFrame | undefined>;
}
