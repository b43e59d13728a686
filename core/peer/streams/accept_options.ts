/** Options for accepting a stream. @module */
import type { Clock } from "../../ground/clock.ts";
import type { WireFrame } from "./frame_codec.ts";
import type { StreamLink } from "./link.ts";
import type { StreamOffer } from "./protocol.ts";
import type { SinkOptions } from "./sinks.ts";
import type { StreamState, StreamStats } from "./types.ts";

/** Options for accepting a stream. */
export interface StreamAcceptOptions extends SinkOptions {
  /** Shortest delay of frames to even out their arrival; 80 ms by default. */
  readonly delayMs?: number | undefined;
  /** Stops the stream. */
  readonly signal?: AbortSignal | undefined;
  /** Called every second. */
  readonly onStats?: ((stats: StreamStats) => void) | undefined;
  /** Called when the stream starts, pauses, resumes or ends. */
  readonly onState?: ((state: StreamState) => void) | undefined;
}

/** The accepted offer and its link, for a `StreamReceiver`. */
export interface ReceivingLink {
  /** The link, positioned after the offer. */
  readonly link: StreamLink;
  /** The offer. */
  readonly offer: StreamOffer;
  /** Clock for playing frames. */
  readonly clock: Clock;
  /** The first read, started when the offer arrived, to detect its withdrawal. */
  readonly first: Promise<WireFrame | undefined>;
}
