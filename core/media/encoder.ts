/**
 * An ffmpeg that turns a source into Opus packets of 20 ms (in Ogg pages of one packet) or into VP8
 * pictures and Opus packets (in live WebM), cut into frames.
 *
 * @module
 */
import { MediaError } from "./errors.ts";
import { MediaProcess, type ProcessEnd } from "./ffmpeg.ts";
import type { ContainerReader, MediaFrame, StreamConfig } from "./frame.ts";
import { OggOpusReader } from "./ogg_opus.ts";
import { sourceTitle } from "./source_title.ts";
import { inputArguments, isLive, type Source } from "./sources.ts";
import { WebmReader } from "./webm_reader.ts";

/** Sound alone, or picture with the sound that belongs to it. */
export type MediaKind = "audio" | "video";

/** Default bits a second of sound. */
export const AUDIO_BITRATE = 64_000;
/** Default bits a second of picture. */
export const VIDEO_BITRATE = 1_000_000;
/** Longest distance between key pictures, and so the longest wait of a receiver that joins late. */
const KEY_INTERVAL_S = 2;
/** Larger or faster pictures are scaled down: VP8 has to be encoded in real time. */
const MAX_HEIGHT = 720;
const MAX_FRAME_RATE = 30;

/** Options for {@linkcode Encoder.open}. */
export interface EncoderOptions {
  /** Whether to encode a picture too. */
  readonly kind: MediaKind;
  /** Reads a file at playback speed. Live sources have their own speed. */
  readonly paced?: boolean;
  /** Bits a second of sound; {@linkcode AUDIO_BITRATE} if absent. */
  readonly audioBitrate?: number | undefined;
  /** Bits a second of picture; {@linkcode VIDEO_BITRATE} if absent. */
  readonly videoBitrate?: number | undefined;
  /** Ends the encoder. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * A source being encoded. Nothing is lost by reading slowly: then ffmpeg waits, and a file with it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { Encoder } from "./encoder.ts";
 * import { parseSource } from "./sources.ts";
 * const source = parseSource("ffmpeg:-readrate 50 -f lavfi -i sine=440:duration=0.5");
 * await using encoder = await Encoder.open(source, { kind: "audio" });
 * let frames = 0;
 * for (let some; (some = await encoder.read());) frames += some.length;
 * assert.equal(encoder.config.audio?.codec, "opus");
 * assert.ok(frames === 25 || frames === 26);
 * ```
 */
export class Encoder implements AsyncDisposable {
  /** What a decoder must know. */
  readonly config: StreamConfig;
  /** Whether the source runs in real time, by itself or paced. */
  readonly live: boolean;
  readonly #process: MediaProcess;
  readonly #reader: ContainerReader;
  readonly #title: string;
  #first: MediaFrame[];

  private constructor(process: MediaProcess, opened: Opened, title: string, live: boolean) {
    this.#process = process;
    this.#reader = opened.reader;
    this.config = opened.config;
    this.#first = opened.frames;
    this.#title = title;
    this.live = live;
  }

  /**
   * Starts ffmpeg and waits until it has opened the source.
   *
   * Needs `--allow-run=ffmpeg`.
   *
   * @throws {MediaError} `missing`, `not-executable`, `not-allowed`, `no-device`, `refused-source`.
   * @throws The signal's reason.
   */
  static async open(source: Source, options: EncoderOptions): Promise<Encoder> {
    const { kind, paced = false, signal } = options;
    const video = kind === "video";
    const live = paced || isLive(source);
    const input = await inputArguments(source, { paced, video, signal });
    const args = [...COMMON, ...input, ...outputArguments(options, live)];
    await using undo = new AsyncDisposableStack();
    const process = undo.use(MediaProcess.start("ffmpeg", args, { output: true, signal }));
    const title = sourceTitle(source);
    const opened = await waitForConfig(process, video ? new WebmReader() : new OggOpusReader());
    if (!("config" in opened)) {
      signal?.throwIfAborted();
      throw refused(title, opened.lastWords || "there is nothing in it");
    }
    if (video && !opened.config.video) throw refused(title, "there is no picture in it");
    undo.move();
    return new Encoder(process, opened, title, live);
  }

  /** Process id of its ffmpeg. */
  get pid(): number {
    return this.#process.pid;
  }

  /**
   * The next frames, in order; `undefined` when the source is at its end or the encoder was stopped.
   *
   * @throws {MediaError} `died` when ffmpeg ended otherwise.
   */
  async read(): Promise<MediaFrame[] | undefined> {
    if (this.#first.length > 0) return this.#first.splice(0);
    const bytes = await this.#process.read();
    if (bytes) return this.#reader.push(bytes);
    const end = await this.#process.ended;
    if (end.ok || end.stopped) return undefined;
    const why = end.lastWords || `exit code ${end.code}`;
    throw new MediaError("died", `ffmpeg ended while it encoded ${this.#title}: ${why}`);
  }

  /** Ends ffmpeg and waits until it is gone. */
  async stop(): Promise<void> {
    await this.#process.stop();
  }

  /** Same as {@linkcode stop}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process[Symbol.asyncDispose]();
  }
}

interface Opened {
  readonly reader: ContainerReader;
  readonly config: StreamConfig;
  readonly frames: MediaFrame[];
}

const COMMON = ["-hide_banner", "-nostats", "-nostdin", "-loglevel", "warning"];

/** Waits for the container's header: by then the source is open and can be decoded. */
async function waitForConfig(
  process: MediaProcess,
  reader: ContainerReader,
): Promise<Opened | ProcessEnd> {
  for (let bytes; (bytes = await process.read());) {
    const frames = reader.push(bytes);
    if (reader.config) return { reader, config: reader.config, frames };
  }
  return await process.ended;
}

function refused(title: string, why: string): MediaError {
  return new MediaError("refused-source", `ffmpeg cannot play ${title}: ${why}`);
}

function outputArguments(options: EncoderOptions, live: boolean): string[] {
  const { kind, audioBitrate = AUDIO_BITRATE, videoBitrate = VIDEO_BITRATE } = options;
  const audio = [
    ...["-c:a", "libopus", "-b:a", String(audioBitrate), "-ac", "2", "-ar", "48000"],
    ...["-application", live ? "lowdelay" : "audio", "-frame_duration", "20"],
  ];
  // Only sound and picture are sent: no tags, no covers, no subtitles.
  const rest = ["-sn", "-dn", "-map_metadata", "-1", "-map_chapters", "-1", "-flush_packets", "1"];
  if (kind === "audio") {
    return ["-vn", ...audio, ...rest, "-f", "ogg", "-page_duration", "20000", "pipe:1"];
  }
  const video = [
    ...["-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-lag-in-frames", "0"],
    ...["-auto-alt-ref", "0", "-error-resilient", "1", "-b:v", String(videoBitrate)],
    ...["-force_key_frames", `expr:gte(t,n_forced*${KEY_INTERVAL_S})`, "-pix_fmt", "yuv420p"],
    ...["-vf", `scale=-2:'min(${MAX_HEIGHT},trunc(ih/2)*2)'`, "-fpsmax", String(MAX_FRAME_RATE)],
  ];
  // A cluster per frame: otherwise a cluster is only written when it is full.
  return [
    ...video,
    ...audio,
    ...rest,
    "-f",
    "webm",
    "-live",
    "1",
    "-cluster_time_limit",
    "1",
    "pipe:1",
  ];
}
