/**
 * Cuts a live WebM stream into its Opus packets and VP8 pictures (RFC 9559).
 *
 * @module
 */
import { concatBytes } from "../ground/bytes.ts";
import { readElementHeader, readUint, UNKNOWN_SIZE } from "./ebml.ts";
import { MediaError } from "./errors.ts";
import type {
  AudioConfig,
  ContainerReader,
  MediaFrame,
  StreamConfig,
  VideoConfig,
} from "./frame.ts";
import { parseOpusHead } from "./opus.ts";
import { ID } from "./webm_ids.ts";

/** Largest element that has to be read as a whole. */
const MAX_ELEMENT_BYTES = 4 * 1024 * 1024;
/** Block header: track number, time stamp, flags (RFC 9559, section 10). */
const BLOCK_HEADER_BYTES = 4;
const LACING = 0x06;

/** Elements whose content is parsed; where they end does not matter here. */
const ENTERED = new Set<number>([
  ID.Segment,
  ID.Info,
  ID.Tracks,
  ID.TrackEntry,
  ID.Video,
  ID.Audio,
  ID.Cluster,
  ID.BlockGroup,
]);
/** Elements that are read; all others are skipped. */
const READ = new Set<number>([
  ID.TimestampScale,
  ID.TrackNumber,
  ID.CodecID,
  ID.CodecPrivate,
  ID.PixelWidth,
  ID.PixelHeight,
  ID.Timestamp,
  ID.SimpleBlock,
  ID.Block,
]);

interface Track {
  number: number;
  codec: string;
  head: Uint8Array | undefined;
  width: number;
  height: number;
}

/** Reads the first VP8 and the first Opus track; others are skipped. */
export class WebmReader implements ContainerReader {
  #rest: Uint8Array = new Uint8Array(0);
  #toSkip = 0;
  #begun = false;
  #scaleNs = 1_000_000;
  #clusterTime = 0;
  #tracks: Track[] = [];
  #kinds = new Map<number, MediaFrame["track"]>();
  #config: StreamConfig | undefined;

  /** Known once the first cluster begins. */
  get config(): StreamConfig | undefined {
    return this.#config;
  }

  /** The frames that are complete with `bytes`. */
  push(bytes: Uint8Array): MediaFrame[] {
    const data = this.#rest.length === 0 ? bytes : concatBytes([this.#rest, bytes]);
    const frames: MediaFrame[] = [];
    let at = 0;
    while (true) {
      const skipped = Math.min(this.#toSkip, data.length - at);
      this.#toSkip -= skipped;
      at += skipped;
      const header = readElementHeader(data, at);
      if (header === undefined) break;
      const contentAt = at + header.headerBytes;
      if (this.#enter(header.id, header.size)) {
        at = contentAt;
      } else if (!READ.has(header.id)) {
        this.#toSkip = header.size;
        at = contentAt;
      } else {
        if (header.size > MAX_ELEMENT_BYTES) {
          throw new MediaError("bad-container", `A WebM element is ${header.size} bytes long`);
        }
        if (contentAt + header.size > data.length) break;
        at = contentAt + header.size;
        this.#read(header.id, data.slice(contentAt, at), frames);
      }
    }
    this.#rest = data.slice(at);
    return frames;
  }

  #enter(id: number, size: number): boolean {
    if (!this.#begun && id !== ID.EBML) {
      throw new MediaError("bad-container", "Cannot find the head of WebM");
    }
    this.#begun = true;
    if (id === ID.TrackEntry && this.#config === undefined) {
      this.#tracks.push({ number: 0, codec: "", head: undefined, width: 0, height: 0 });
      if (this.#tracks.length > 32) throw new MediaError("bad-container", "Too many WebM tracks");
    } else if (id === ID.Cluster) {
      this.#config ??= this.#configure();
    }
    if (ENTERED.has(id)) return true;
    if (size === UNKNOWN_SIZE) throw new MediaError("bad-container", "A WebM element has no end");
    return false;
  }

  #read(id: number, content: Uint8Array, frames: MediaFrame[]): void {
    const track = this.#tracks.at(-1);
    if (id === ID.TimestampScale) this.#scaleNs = readUint(content);
    else if (id === ID.Timestamp) this.#clusterTime = readUint(content);
    else if (id === ID.SimpleBlock || id === ID.Block) this.#block(content, frames);
    else if (track === undefined) return;
    else if (id === ID.TrackNumber) track.number = readUint(content);
    else if (id === ID.CodecID) track.codec = new TextDecoder().decode(content);
    else if (id === ID.CodecPrivate) track.head = content;
    else if (id === ID.PixelWidth) track.width = readUint(content);
    else if (id === ID.PixelHeight) track.height = readUint(content);
  }

  #configure(): StreamConfig {
    let audio: AudioConfig | undefined;
    let video: VideoConfig | undefined;
    for (const { number, codec, head, width, height } of this.#tracks) {
      if (codec === "A_OPUS" && head && !audio) {
        audio = parseOpusHead(head);
        this.#kinds.set(number, "audio");
      } else if (codec === "V_VP8" && !video) {
        video = { codec: "vp8", width, height };
        this.#kinds.set(number, "video");
      }
    }
    if (!audio && !video) throw new MediaError("bad-container", "Cannot find a track in WebM");
    return { ...(audio && { audio }), ...(video && { video }) };
  }

  #block(content: Uint8Array, frames: MediaFrame[]): void {
    const number = content[0];
    if (number === undefined || number < 0x81 || content.length <= BLOCK_HEADER_BYTES) {
      throw new MediaError("bad-container", "Cannot read WebM block");
    }
    const track = this.#kinds.get(number & 0x7f);
    if (track === undefined) return;
    if ((content[3]! & LACING) !== 0) {
      throw new MediaError("bad-container", "Cannot read WebM block with lacing");
    }
    const relative = new DataView(content.buffer, content.byteOffset).getInt16(1);
    const timestampUs = Math.round((this.#clusterTime + relative) * this.#scaleNs / 1_000);
    const data = content.subarray(BLOCK_HEADER_BYTES);
    const key = track === "audio" || isVp8Key(data);
    frames.push({ track, key, timestampUs: Math.max(0, timestampUs), data });
  }
}

/** Whether a VP8 picture needs no other to be decoded (RFC 6386, section 9.1). */
function isVp8Key(picture: Uint8Array): boolean {
  return picture.length > 0 && (picture[0]! & 1) === 0;
}
