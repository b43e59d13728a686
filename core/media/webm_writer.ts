/**
 * Writes VP8 and Opus frames as WebM that plays while it grows; at the end its duration and an index
 * are added, so that players can seek in the file (RFC 9559).
 *
 * @module
 */
import { concatBytes } from "../ground/bytes.ts";
import { element, floatElement, formatId, openElement, textElement, uintElement } from "./ebml.ts";
import type { ContainerWriter, MediaFrame, Patch, StreamConfig } from "./frame.ts";
import { formatOpusHead, OPUS_SAMPLE_RATE } from "./opus.ts";
import { Timeline } from "./timeline.ts";
import { ID } from "./webm_ids.ts";

const VIDEO_TRACK = 1;
const AUDIO_TRACK = 2;
const TYPE_VIDEO = 1;
const TYPE_AUDIO = 2;
/** A cluster without a key picture is ended after this; block times are 16 bits of milliseconds. */
const MAX_CLUSTER_MS = 5_000;
/** More clusters than this are not in the index: some 27 hours. */
const MAX_CUES = 20_000;
/** Decoding has to begin this long before the first audible sample (RFC 7845, section 4.6). */
const SEEK_PRE_ROLL_NS = 80_000_000;

/**
 * One WebM file.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { WebmReader } from "./webm_reader.ts";
 * import { WebmWriter } from "./webm_writer.ts";
 * const config = { video: { codec: "vp8", width: 64, height: 48 } } as const;
 * const writer = new WebmWriter(config);
 * const reader = new WebmReader();
 * reader.push(writer.head());
 * const frame = { track: "video", key: true, timestampUs: 0, data: new Uint8Array([0, 1]) } as const;
 * assert.deepEqual(reader.push(writer.frame(frame)), [frame]);
 * assert.deepEqual(reader.config, config);
 * ```
 */
export class WebmWriter implements ContainerWriter {
  readonly #config: StreamConfig;
  readonly #timeline = new Timeline();
  readonly #cues: { readonly timeMs: number; readonly at: number }[] = [];
  #writtenBytes = 0;
  #segmentAt = 0;
  #seekHeadAt = 0;
  #durationAt = 0;
  #clusterMs: number | undefined;
  #lastMs = 0;
  #keySeen = false;

  /**
   * Begins a file.
   *
   * @param config The tracks; frames of others are left out.
   */
  constructor(config: StreamConfig) {
    this.#config = config;
  }

  /** The headers. */
  head(): Uint8Array {
    const start = concatBytes([ebmlHeader(), openElement(ID.Segment)]);
    const room = element(ID.Void, new Uint8Array(seekHead(0).length - 2));
    const duration = floatElement(ID.Duration, 0);
    const info = element(
      ID.Info,
      uintElement(ID.TimestampScale, 1_000_000),
      textElement(ID.MuxingApp, "chat"),
      textElement(ID.WritingApp, "chat"),
      duration,
    );
    this.#segmentAt = start.length;
    this.#seekHeadAt = start.length;
    this.#durationAt = start.length + room.length + info.length - duration.length;
    const head = concatBytes([start, room, info, tracks(this.#config)]);
    this.#writtenBytes = head.length;
    return head;
  }

  /** The bytes of one more frame. */
  frame({ track, key, timestampUs, data }: MediaFrame): Uint8Array {
    if (this.#config[track] === undefined) return new Uint8Array(0);
    const isKey = key && track === "video";
    if (track === "video" && !this.#keySeen && !isKey) return new Uint8Array(0);
    this.#keySeen ||= isKey;
    const timeMs = Math.round(this.#timeline.place(timestampUs) / 1_000);
    this.#lastMs = Math.max(this.#lastMs, timeMs);
    const parts: Uint8Array[] = [];
    if (this.#clusterMs === undefined || isKey || timeMs - this.#clusterMs > MAX_CLUSTER_MS) {
      this.#clusterMs = timeMs;
      if (this.#cues.length < MAX_CUES) this.#cues.push({ timeMs, at: this.#writtenBytes });
      parts.push(openElement(ID.Cluster), uintElement(ID.Timestamp, timeMs));
    }
    const header = new Uint8Array(4);
    header[0] = 0x80 | (track === "video" ? VIDEO_TRACK : AUDIO_TRACK);
    new DataView(header.buffer).setInt16(1, timeMs - this.#clusterMs);
    header[3] = key ? 0x80 : 0;
    parts.push(element(ID.SimpleBlock, header, data));
    const bytes = concatBytes(parts);
    this.#writtenBytes += bytes.length;
    return bytes;
  }

  /** What completes the file. */
  end(): { readonly tail: Uint8Array; readonly patches: readonly Patch[] } {
    const cueTrack = this.#config.video ? VIDEO_TRACK : AUDIO_TRACK;
    const points = this.#cues.map(({ timeMs, at }) =>
      element(
        ID.CuePoint,
        uintElement(ID.CueTime, timeMs),
        element(
          ID.CueTrackPositions,
          uintElement(ID.CueTrack, cueTrack),
          uintElement(ID.CueClusterPosition, at - this.#segmentAt),
        ),
      )
    );
    const patches: Patch[] = [
      { at: this.#durationAt, bytes: floatElement(ID.Duration, this.#lastMs) },
    ];
    if (points.length === 0) return { tail: new Uint8Array(0), patches };
    patches.push({ at: this.#seekHeadAt, bytes: seekHead(this.#writtenBytes - this.#segmentAt) });
    return { tail: element(ID.Cues, ...points), patches };
  }
}

function ebmlHeader(): Uint8Array {
  return element(
    ID.EBML,
    uintElement(ID.EBMLVersion, 1),
    uintElement(ID.EBMLReadVersion, 1),
    uintElement(ID.EBMLMaxIDLength, 4),
    uintElement(ID.EBMLMaxSizeLength, 8),
    textElement(ID.DocType, "webm"),
    uintElement(ID.DocTypeVersion, 4),
    uintElement(ID.DocTypeReadVersion, 2),
  );
}

/** Says where the index is; always of the same length. */
function seekHead(cuesAt: number): Uint8Array {
  const position = uintElement(ID.SeekPosition, cuesAt, 6);
  return element(ID.SeekHead, element(ID.Seek, element(ID.SeekID, formatId(ID.Cues)), position));
}

function tracks({ audio, video }: StreamConfig): Uint8Array {
  const entries: Uint8Array[] = [];
  if (video) {
    entries.push(element(
      ID.TrackEntry,
      ...trackStart(VIDEO_TRACK, TYPE_VIDEO, "V_VP8"),
      element(
        ID.Video,
        uintElement(ID.PixelWidth, video.width),
        uintElement(ID.PixelHeight, video.height),
      ),
    ));
  }
  if (audio) {
    entries.push(element(
      ID.TrackEntry,
      ...trackStart(AUDIO_TRACK, TYPE_AUDIO, "A_OPUS"),
      uintElement(ID.CodecDelay, Math.round(audio.preSkip * 1e9 / OPUS_SAMPLE_RATE)),
      uintElement(ID.SeekPreRoll, SEEK_PRE_ROLL_NS),
      element(
        ID.Audio,
        floatElement(ID.SamplingFrequency, OPUS_SAMPLE_RATE),
        uintElement(ID.Channels, audio.channels),
      ),
      element(ID.CodecPrivate, formatOpusHead(audio)),
    ));
  }
  return element(ID.Tracks, ...entries);
}

function trackStart(number: number, type: number, codec: string): Uint8Array[] {
  return [
    uintElement(ID.TrackNumber, number),
    uintElement(ID.TrackUID, number),
    uintElement(ID.TrackType, type),
    uintElement(ID.FlagLacing, 0),
    textElement(ID.CodecID, codec),
  ];
}
