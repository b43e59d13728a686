/**
 * What streams of either direction have in common.
 *
 * @module
 */
import type { PeerLink } from "../../peer/mod.ts";
import type { StreamLink, StreamStats } from "../../peer/streams/mod.ts";
import type { OpenOffer } from "../offers.ts";
import type { StreamOutcome } from "./report.ts";

/** The link of one stream; every `PeerLink` is one. The stream disposes of it. */
export type MediaLink = StreamLink & Pick<PeerLink, "account"> & AsyncDisposable;

/** A stream that is offered or under way. */
export interface ActiveStream {
  /** Its place on the list of offers. */
  readonly entry: OpenOffer;
  /** Whether it ends by itself: a file, and not a microphone. */
  readonly endsByItself: boolean;
  /** The figures as they are now; of several receivers the worst, and how many they are. */
  readonly stats: StreamStats & { readonly receivers?: number };
  /** Resolves when all is over, and the last event published; never rejects. */
  readonly ended: Promise<StreamOutcome>;
  /** Holds it. */
  pause(): void;
  /** Goes on. */
  resume(): void;
  /** Loudness in per cent, where it is played. */
  setVolume(percent: number): void;
  /** Ends it. */
  stop(): Promise<void>;
}
