/**
 * What two clients say to each other on a link whose purpose is a stream; docs/media.md has it in full.
 *
 * @module
 */
import * as v from "valibot";
import { cleanText } from "../../text.ts";

/** Longest offer or answer, in bytes. */
export const MAX_HEADER_BYTES = 8 * 1024;
/** Longest line from the receiver after its answer, in bytes. */
export const MAX_CONTROL_BYTES = 1024;
/** Longest payload of a frame, in bytes. */
export const MAX_PAYLOAD_BYTES = 1024 * 1024;
/** Longest text that is shown to a person, in characters. */
const MAX_TEXT = 200;
/** A receiver is silent for at most this long: it pings every second. */
export const SILENCE_MS = 30_000;
/** How often the receiver pings and reports. */
export const PING_MS = 1_000;

const Count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const Time = v.pipe(v.number(), v.safeInteger());
const Figure = v.pipe(v.number(), v.finite(), v.minValue(0));
const Text = v.pipe(v.string(), v.maxLength(MAX_TEXT), v.transform(cleanText));

const Offer = v.strictObject({
  v: v.literal(1),
  kind: v.picklist(["audio", "video"]),
  title: Text,
  /** Whether the source runs by itself, so that what comes late is of no use. */
  live: v.boolean(),
  /** Bits a second, about. */
  bitrate: v.pipe(Count, v.maxValue(1e9)),
});
/** What is offered; the first line of a stream's link. */
export type StreamOffer = v.InferOutput<typeof Offer>;
/** Reads a {@linkcode StreamOffer}. */
export const OfferSchema: v.GenericSchema<unknown, StreamOffer> = Offer;

const Answer = v.variant("accept", [
  v.strictObject({ accept: v.literal(true), frames: Count }),
  v.strictObject({ accept: v.literal(false), reason: Text }),
]);
/** Yes, with the number of frames that may be sent before more are allowed; or no. */
export type StreamAnswer = v.InferOutput<typeof Answer>;
/** Reads a {@linkcode StreamAnswer}. */
export const AnswerSchema: v.GenericSchema<unknown, StreamAnswer> = Answer;

const Report = v.strictObject({
  type: v.literal("report"),
  latencyMs: v.nullable(Figure),
  jitterMs: Figure,
  bufferMs: Figure,
  lost: Count,
  late: Count,
});
const Control = v.variant("type", [
  v.strictObject({ type: v.picklist(["pause", "resume", "stop", "received"]) }),
  /** How many frames of sound or picture may have been sent in all. */
  v.strictObject({ type: v.literal("allow"), frames: Count }),
  v.strictObject({ type: v.literal("ping"), sentUs: Count }),
  Report,
]);
/** A line from the receiver, after its answer. */
export type Control = v.InferOutput<typeof Control>;
/** Reads a {@linkcode Control}. */
export const ControlSchema: v.GenericSchema<unknown, Control> = Control;
/** How it goes, as the receiver sees it. */
export type Report = v.InferOutput<typeof Report>;

const Side = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(16_384));
const Config = v.pipe(
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
/** What a decoder must know; the content of a `config` frame. */
export type ConfigMessage = v.InferOutput<typeof Config>;
/** Reads a {@linkcode ConfigMessage}. */
export const ConfigSchema: v.GenericSchema<unknown, ConfigMessage> = Config;

const Notice = v.variant("type", [
  /**
   * The answer to a ping: when that left there, when it came here, when this leaves; and when, by the
   * clock here, a frame of time stamp 0 left its encoder or would have left it.
   */
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
/** The content of a `notice` frame. */
export type Notice = v.InferOutput<typeof Notice>;
/** Reads a {@linkcode Notice}. */
export const NoticeSchema: v.GenericSchema<unknown, Notice> = Notice;

/** Makes text fit for an offer or an answer. */
export function shortText(text: string): string {
  return [...cleanText(text)].slice(0, MAX_TEXT / 2).join("");
}
