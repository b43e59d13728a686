/**
 * Frames on the wire: u32 length of the payload, u64 time stamp in microseconds, payload; the payload
 * begins with u8 type and u32 sequence number. All big-endian.
 *
 * @module
 */
import type { MediaFrame, StreamConfig } from "../../media/frame.ts";
import { ProtocolError } from "../links/errors.ts";
import { type LinkReader, parseJson } from "../links/json_lines.ts";
import {
  configShape,
  MAX_HEADER_BYTES,
  MAX_PAYLOAD_BYTES,
  noticeShape,
  type StreamNotice,
} from "./protocol.ts";

/** Bytes of length and time stamp. */
const HEADER_BYTES = 12;
/** Bytes of type and sequence number, with which every payload begins. */
const PREFIX_BYTES = 5;
/** Longest encoded audio or video frame that fits, in bytes. */
export const MAX_MEDIA_BYTES: number = MAX_PAYLOAD_BYTES - PREFIX_BYTES;

const TYPE = { config: 1, audio: 2, key: 3, delta: 4, notice: 5 } as const;
const MAX_SEQUENCE = 2 ** 32 - 1;

/** An audio or video frame with its number among all frames of the sender. */
export interface SequencedFrame extends MediaFrame {
  /** Counts up by one for each frame. */
  readonly sequence: number;
}

/** The content of one frame on the wire. */
export type WireFrame =
  | { readonly type: "media"; readonly frame: SequencedFrame }
  | { readonly type: "config"; readonly config: StreamConfig }
  | { readonly type: "notice"; readonly notice: StreamNotice };

/**
 * Formats an audio or video frame.
 *
 * @throws {RangeError} When it is longer than {@linkcode MAX_MEDIA_BYTES}, or its sequence number is too large.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { formatMedia } from "./frame_codec.ts";
 * const data = Uint8Array.from([0xf8]);
 * const bytes = formatMedia({ track: "audio", key: true, timestampUs: 20_000, sequence: 1, data });
 * assert.deepEqual([...bytes], [0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0x4e, 0x20, 2, 0, 0, 0, 1, 0xf8]);
 * ```
 */
export function formatMedia(
  { track, key, timestampUs, sequence, data }: SequencedFrame,
): Uint8Array {
  const type = track === "audio" ? TYPE.audio : key ? TYPE.key : TYPE.delta;
  return formatFrame(type, timestampUs, sequence, data);
}

/** Formats a decoder configuration. */
export function formatConfig(config: StreamConfig): Uint8Array {
  return formatFrame(TYPE.config, 0, 0, new TextEncoder().encode(JSON.stringify(config)));
}

/** Formats a notice. */
export function formatNoticeFrame(notice: StreamNotice): Uint8Array {
  return formatFrame(TYPE.notice, 0, 0, new TextEncoder().encode(JSON.stringify(notice)));
}

/**
 * Reads the next frame; `undefined` when the link ends between two frames.
 *
 * @throws {ProtocolError} `too-long`, `cut`, `bad-shape`, `bad-json`, `bad-text`.
 */
export async function readFrame(reader: LinkReader): Promise<WireFrame | undefined> {
  const header = new Uint8Array(HEADER_BYTES + PREFIX_BYTES);
  if (!await reader.readFull(header)) return undefined;
  const view = new DataView(header.buffer);
  const length = view.getUint32(0);
  const timestamp = view.getBigUint64(4);
  const type = view.getUint8(HEADER_BYTES);
  const sequence = view.getUint32(HEADER_BYTES + 1);
  if (length < PREFIX_BYTES) {
    throw new ProtocolError("bad-shape", `A frame's payload is ${length} bytes long`);
  }
  const isText = type === TYPE.config || type === TYPE.notice;
  if (length > (isText ? MAX_HEADER_BYTES : MAX_PAYLOAD_BYTES)) {
    throw new ProtocolError("too-long", `A frame's payload is ${length} bytes long`);
  }
  if (timestamp > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new ProtocolError("bad-shape", `A frame's time stamp is ${timestamp} µs`);
  }
  const data = new Uint8Array(length - PREFIX_BYTES);
  if (data.length > 0 && !await reader.readFull(data)) {
    throw new ProtocolError("cut", "The link ended inside a frame");
  }
  if (type === TYPE.config) return { type: "config", config: parseJson(configShape, text(data)) };
  if (type === TYPE.notice) return { type: "notice", notice: parseJson(noticeShape, text(data)) };
  if (type !== TYPE.audio && type !== TYPE.key && type !== TYPE.delta) {
    throw new ProtocolError("bad-shape", `A frame has the type ${type}`);
  }
  const track = type === TYPE.audio ? "audio" : "video";
  const key = type !== TYPE.delta;
  return { type: "media", frame: { track, key, timestampUs: Number(timestamp), sequence, data } };
}

function formatFrame(type: number, timestampUs: number, sequence: number, data: Uint8Array) {
  if (data.length > MAX_MEDIA_BYTES) {
    throw new RangeError(`Cannot write frame of ${data.length} bytes`);
  }
  if (sequence > MAX_SEQUENCE) throw new RangeError(`Cannot write frame number ${sequence}`);
  const bytes = new Uint8Array(HEADER_BYTES + PREFIX_BYTES + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, PREFIX_BYTES + data.length);
  view.setBigUint64(4, BigInt(timestampUs));
  view.setUint8(HEADER_BYTES, type);
  view.setUint32(HEADER_BYTES + 1, sequence);
  bytes.set(data, HEADER_BYTES + PREFIX_BYTES);
  return bytes;
}

function text(data: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(data);
  } catch (cause) {
    throw new ProtocolError("bad-text", "A frame is not UTF-8", { cause });
  }
}
