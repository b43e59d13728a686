/**
 * What two clients say to each other on a link whose purpose is a stream; docs/media.md has it in full.
 *
 * @module
 */
import * as v from "valibot";
import type { StreamConfig } from "../../media/frame.ts";
import { cleanText, displayName, isCleanText } from "../../ground/text.ts";
import type { Shape } from "../links/json_lines.ts";

/** Longest offer or answer, in bytes. */
export const MAX_HEADER_BYTES = 8 * 1024;
/** Longest line from the receiver after its answer, in bytes. */
export const MAX_CONTROL_BYTES = 1024;
/** Longest payload of a frame, in bytes. */
export const MAX_PAYLOAD_BYTES = 1024 * 1024;
/** Longest name of a room, in characters: servers of other makers allow as much. */
const MAX_ROOM = 200;
/** Longest text that is shown to a person, in characters. */
const MAX_TEXT = 200;
/** A receiver is silent for at most this long: it pings every second. */
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

/** What is offered; the first line of a stream's link. */
export interface StreamOffer {
  /** Version of this protocol. */
  readonly v: 1;
  /** Chosen by the sender; both sides name the stream by it. 1 to 64 of `A-Z a-z 0-9 _ -`. */
  readonly id: string;
  /** Part of a call: the same in the offers of both sides, as `id` is made. */
  readonly call?: string;
  /** The room whose members it is offered to, if it is not to one person. */
  readonly room?: string;
  /** Sound alone, or picture with its sound. */
  readonly kind: "audio" | "video";
  /** What the source is called; safe to show. */
  readonly title: string;
  /** Whether the source runs by itself, so that what comes late is of no use. */
  readonly live: boolean;
  /** Whether it ends by itself, so that it is worth waiting for. */
  readonly ends: boolean;
  /** Bits a second, about. */
  readonly bitrate: number;
}

/** Reads a {@linkcode StreamOffer}. */
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

/** Yes, with the number of frames that may be sent before more are allowed; or no, and why. */
export type StreamAnswer =
  | { readonly accept: true; readonly frames: number }
  | { readonly accept: false; readonly reason: string };

/** Reads a {@linkcode StreamAnswer}. */
export const answerShape: Shape<StreamAnswer> = v.variant("accept", [
  v.strictObject({ accept: v.literal(true), frames: Count }),
  v.strictObject({ accept: v.literal(false), reason: Text }),
]);

/** How it goes, as the receiver sees it. Milliseconds and frames. */
export interface ReceptionReport {
  /** Which of the {@linkcode StreamControl} lines this is. */
  readonly type: "report";
  /** Age of a frame when it is handed to the player; `null` when that is not known. */
  readonly latencyMs: number | null;
  /** Interarrival jitter. */
  readonly jitterMs: number;
  /** What waits. */
  readonly bufferMs: number;
  /** Frames that never came. */
  readonly lost: number;
  /** Frames that came too late. */
  readonly late: number;
}

/** A line from the receiver, after its answer. `allow` has the number of frames in all. */
export type StreamControl =
  | { readonly type: "pause" | "resume" | "stop" | "received" }
  | { readonly type: "allow"; readonly frames: number }
  | { readonly type: "ping"; readonly sentUs: number }
  | ReceptionReport;

/** Reads a {@linkcode StreamControl}. */
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

/** Reads what a decoder must know; the content of a `config` frame. */
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

/** The answer to a ping. Microseconds. */
export interface Pong {
  /** Which of the {@linkcode StreamNotice}s this is. */
  readonly type: "pong";
  /** When the ping left there. */
  readonly sentUs: number;
  /** When it came here. */
  readonly cameUs: number;
  /** When this leaves. */
  readonly leftUs: number;
  /** When, by the clock here, a frame of time stamp 0 left its encoder or would have left it. */
  readonly originUs: number | null;
}

/** The content of a `notice` frame. */
export type StreamNotice =
  | Pong
  | { readonly type: "paused" }
  | { readonly type: "resumed" }
  | { readonly type: "end"; readonly reason: "done" | "stopped" | "failed" };

/** Reads a {@linkcode StreamNotice}. */
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

/** Whether a room can be named in an offer. */
export function isOfferRoom(name: string): boolean {
  return v.is(Room, name);
}

/** Makes text fit for an offer or an answer. */
export function shortText(text: string): string {
  return [...cleanText(text)].slice(0, MAX_TEXT / 2).join("");
}
