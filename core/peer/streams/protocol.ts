/**
 * The protocol of a stream link; described in docs/media.md.
 *
 * @module
 */
import * as v from "valibot";
import { cleanText, displayName, isCleanText } from "../../ground/text.ts";
import type { StreamConfig } from "../../media/frame.ts";
import type { Shape } from "../links/json_lines.ts";

/** Longest offer or answer, in bytes. */
export const MAX_HEADER_BYTES = 8 * 1024;
/** Longest line from the receiver after its answer, in bytes. */
export const MAX_CONTROL_BYTES = 1024;
/** Longest payload of a frame, in bytes. */
export const MAX_PAYLOAD_BYTES = 1024 * 1024;
/** Longest name of a room, in characters: other servers allow this many. */
const MAX_ROOM = 200;
/** Longest text for display, in characters. */
const MAX_TEXT = 200;
/** Longest silence of a receiver, which pings every second. */
export const STREAM_SILENCE_MS = 30_000;
/** How often the receiver pings and reports. */
export const PING_MS = 1_000;

const Count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const Time = v.pipe(v.number(), v.safeInteger());
const Figure = v.pipe(v.number(), v.finite(), v.minValue(0));
const Side = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(16_384));
const Id = v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/));
const Text = v.pipe(v.string(), v.maxLength(MAX_TEXT), v.transform(displayName));

const Room = v.pipe(
  v.string(),
  v.maxLength(MAX_ROOM),
  v.regex(/^[#&][^\s,]+$/),
  v.check(isCleanText, "not fit to be shown"),
);

/** An offer; the first line of a stream link. */
export interface StreamOffer {
  /** Version of this protocol. */
  readonly v: 1;
  /** Chosen by the sender; identifies the stream on both sides. 1 to 64 of `A-Z a-z 0-9 _ -`. */
  readonly id: string;
  /** Id of its call, in the form of `id`; the same in the offers of both sides. */
  readonly call?: string;
  /** The room to whose members it is offered, if not to one person. */
  readonly room?: string;
  /** Audio alone, or video with its audio. */
  readonly kind: "audio" | "video";
  /** The name of the source; safe to show. */
  readonly title: string;
  /** Whether the source is live, so that late frames are useless. */
  readonly live: boolean;
  /** Whether it ends by itself, so that it can be waited for. */
  readonly ends: boolean;
  /** Approximate bits per second. */
  readonly bitrate: number;
}

/** Schema of a {@linkcode StreamOffer}. */
export const offerShape: Shape<StreamOffer> = v.strictObject({
  v: v.literal(1),
  id: Id,
  call: v.exactOptional(Id),
  room: v.exactOptional(Room),
  kind: v.picklist(["audio", "video"]),
  title: Text,
  live: v.boolean(),
  ends: v.boolean(),
  bitrate: v.pipe(Count, v.maxValue(1e9)),
});

/** Acceptance, with the number of frames that may be sent before more are allowed; or rejection, with the reason. */
export type StreamAnswer =
  | { readonly accept: true; readonly frames: number }
  | { readonly accept: false; readonly reason: string };

/** Schema of a {@linkcode StreamAnswer}. */
export const answerShape: Shape<StreamAnswer> = v.variant("accept", [
  v.strictObject({ accept: v.literal(true), frames: Count }),
  v.strictObject({ accept: v.literal(false), reason: Text }),
]);

/** The receiver's measurements, in milliseconds and frames. */
export interface ReceptionReport {
  /** Distinguishes the {@linkcode StreamControl} lines. */
  readonly type: "report";
  /** Age of frames when they are passed to the player; `null` if unknown. */
  readonly latencyMs: number | null;
  /** Interarrival jitter. */
  readonly jitterMs: number;
  /** Duration of the buffered frames. */
  readonly bufferMs: number;
  /** Frames that never arrived. */
  readonly lost: number;
  /** Frames that arrived too late. */
  readonly late: number;
}

/** A line from the receiver, after its answer. `allow` has the total number of frames. */
export type StreamControl =
  | { readonly type: "pause" | "resume" | "stop" | "received" }
  | { readonly type: "allow"; readonly frames: number }
  | { readonly type: "ping"; readonly sentUs: number }
  | ReceptionReport;

/** Schema of a {@linkcode StreamControl}. */
export const controlShape: Shape<StreamControl> = v.variant("type", [
  v.strictObject({ type: v.picklist(["pause", "resume", "stop", "received"]) }),
  v.strictObject({ type: v.literal("allow"), frames: Count }),
  v.strictObject({ type: v.literal("ping"), sentUs: Count }),
  v.strictObject({
    type: v.literal("report"),
    latencyMs: v.nullable(Figure),
    jitterMs: Figure,
    bufferMs: Figure,
    lost: Count,
    late: Count,
  }),
]);

/** Schema of a decoder configuration, the content of a `config` frame. */
export const configShape: Shape<StreamConfig> = v.pipe(
  v.strictObject({
    audio: v.exactOptional(v.strictObject({
      codec: v.literal("opus"),
      channels: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(2)),
      preSkip: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535)),
    })),
    video: v.exactOptional(
      v.strictObject({ codec: v.literal("vp8"), width: Side, height: Side }),
    ),
  }),
  v.check((config) => config.audio !== undefined || config.video !== undefined, "no track"),
);

/** The answer to a ping, in microseconds. */
export interface Pong {
  /** Distinguishes the {@linkcode StreamNotice}s. */
  readonly type: "pong";
  /** When the receiver sent the ping, by its clock. */
  readonly sentUs: number;
  /** When the sender received the ping, by its clock. */
  readonly cameUs: number;
  /** When the sender sent this answer, by its clock. */
  readonly leftUs: number;
  /** When a frame of time stamp 0 left the encoder, or would have left it, by the sender's clock. */
  readonly originUs: number | null;
}

/** The content of a `notice` frame. */
export type StreamNotice =
  | Pong
  | { readonly type: "paused" }
  | { readonly type: "resumed" }
  | { readonly type: "end"; readonly reason: "done" | "stopped" | "failed" };

/** Schema of a {@linkcode StreamNotice}. */
export const noticeShape: Shape<StreamNotice> = v.variant("type", [
  v.strictObject({
    type: v.literal("pong"),
    sentUs: Count,
    cameUs: Count,
    leftUs: Count,
    originUs: v.nullable(Time),
  }),
  v.strictObject({ type: v.literal("paused") }),
  v.strictObject({ type: v.literal("resumed") }),
  v.strictObject({ type: v.literal("end"), reason: v.picklist(["done", "stopped", "failed"]) }),
]);

/** Whether an offer may contain this room. */
export function isOfferRoom(name: string): boolean {
  return v.is(Room, name);
}

/** Shortens text for an offer or an answer. */
export function shortText(text: string): string {
  return [...cleanText(text)].slice(0, MAX_TEXT / 2).join("");
}
