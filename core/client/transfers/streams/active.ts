/**
 * The common interface of incoming and outgoing streams.
 *
 * @module
 */
import type { PeerLink } from "../../../peer/mod.ts";
import type { StreamLink, StreamStats } from "../../../peer/streams/mod.ts";
import type { OpenOffer } from "../offers.ts";
import type { StreamOutcome } from "./report.ts";

/** The link of one stream; every `PeerLink` is one. The stream disposes of it. */
export type MediaLink = StreamLink & Pick<PeerLink, "account"> & AsyncDisposable;

/** A stream that is offered or running. */
export interface ActiveStream {
  /** Its entry in the list of offers. */
  readonly entry: OpenOffer;
  /** Whether it ends by itself, as a file does and a microphone does not. */
  readonly endsByItself: boolean;
  /** The current statistics; with several receivers the worst values, and the number of receivers. */
  readonly stats: StreamStats & { readonly receivers?: number };
  /** Resolves when the stream has ended and its last event is published; never rejects. */
  readonly ended: Promise<StreamOutcome>;
  /** Pauses the stream. */
  pause(): void;
  /** Resumes the stream. */
  resume(): void;
  /** Sets the playback volume, in percent. */
  setVolume(percent: number): void;
  /** Ends the stream. */
  stop(): Promise<void>;
}
