/**
 * Reads the link of an accepted stream.
 *
 * @module
 */
import type { StreamConfig } from "../../media/frame.ts";
import { ProtocolError } from "../links/errors.ts";
import { readFrame, type SequencedFrame, type WireFrame } from "./frame_codec.ts";
import { closeLink, type StreamLink } from "./link.ts";
import { STREAM_SILENCE_MS, type StreamNotice } from "./protocol.ts";
import { SilenceTimer } from "./silence_timer.ts";
import type { StreamEnd } from "./types.ts";

/** Takes what a sender says. Each may throw a {@linkcode ProtocolError}: the stream has failed by it. */
export interface StreamReaderEvents {
  /** What a decoder must know; comes before the first frame. */
  open(config: StreamConfig): Promise<void>;
  /** Resolves when the next frame may come. */
  receive(frame: SequencedFrame): Promise<void>;
  /** Anything but tracks and frames. */
  hear(notice: StreamNotice): void;
}

/**
 * Reads until the stream or the link ends; silence ends the link. Never rejects.
 *
 * @param first The first read, begun when the offer came.
 * @returns How it ended, where the sender has not said so itself.
 */
export async function readStream(
  link: StreamLink,
  first: Promise<WireFrame | undefined>,
  events: StreamReaderEvents,
): Promise<StreamEnd> {
  using silence = new SilenceTimer(STREAM_SILENCE_MS, () => closeLink(link));
  silence.heard();
  try {
    for (let next = await first; next; next = await readFrame(link.reader)) {
      silence.heard();
      if (next.type === "media") await events.receive(next.frame);
      else if (next.type === "config") await events.open(next.config);
      else {
        events.hear(next.notice);
        if (next.notice.type === "end" && next.notice.reason === "stopped") break; // nothing follows it
      }
    }
    return { reason: "lost" };
  } catch (error) {
    if (!(error instanceof ProtocolError) || error.fault === "cut") return { reason: "lost" };
    return { reason: "failed", by: "them", error };
  }
}
