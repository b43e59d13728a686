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

/** Receives the frames of a sender. Each method may throw a {@linkcode ProtocolError}, by which the stream fails. */
export interface StreamReaderEvents {
  /** The decoder configuration; precedes the first frame. */
  open(config: StreamConfig): Promise<void>;
  /** A frame; resolves when the next may be read. */
  receive(frame: SequencedFrame): Promise<void>;
  /** A notice. */
  hear(notice: StreamNotice): void;
}

/**
 * Reads until the stream or the link ends; silence ends the link. Never rejects.
 *
 * @param first The first read, started when the offer arrived.
 * @returns How the stream ended, unless the sender has sent that itself.
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
