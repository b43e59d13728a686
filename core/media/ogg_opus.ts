/**
 * Ogg Opus: a reader that gives one frame per packet, and a writer that puts frames that came over
 * a link back into a file (RFC 7845).
 *
 * @module
 */
import { concatBytes } from "../ground/bytes.ts";
import { MediaError } from "./errors.ts";
import type { AudioConfig, ContainerReader, ContainerWriter, MediaFrame, Patch } from "./frame.ts";
import { formatOggPage, OggPacketReader, OggPageReader } from "./ogg.ts";
import {
  concealmentPacket,
  formatOpusHead,
  formatOpusTags,
  OPUS_SAMPLE_RATE,
  opusPacketSamples,
  parseOpusHead,
} from "./opus.ts";
import { Timeline } from "./timeline.ts";

/** Reads the first Opus stream of an Ogg file; other streams in it are passed over. */
export class OggOpusReader implements ContainerReader {
  readonly #pages = new OggPageReader();
  readonly #packets = new OggPacketReader();
  #serial: number | undefined;
  #audio: AudioConfig | undefined;
  #tagsSeen = false;
  #samples = 0;

  /** Known once the identification header has been read. */
  get config(): { readonly audio: AudioConfig } | undefined {
    return this.#audio && { audio: this.#audio };
  }

  /** The frames that are complete with `bytes`. */
  push(bytes: Uint8Array): MediaFrame[] {
    const frames: MediaFrame[] = [];
    for (const page of this.#pages.push(bytes)) {
      if (page.first && this.#serial === undefined) this.#serial = page.serial;
      if (page.serial !== this.#serial) continue;
      for (const { data } of this.#packets.push(page)) this.#take(data, frames);
    }
    // Our encoder writes nothing but pages: this much of anything else is not Ogg.
    if (this.#audio === undefined && this.#pages.skippedBytes > 65_536) {
      throw new MediaError("bad-container", "Cannot find an Ogg page");
    }
    return frames;
  }

  #take(packet: Uint8Array, frames: MediaFrame[]): void {
    if (this.#audio === undefined) {
      this.#audio = parseOpusHead(packet);
    } else if (!this.#tagsSeen) {
      this.#tagsSeen = true;
    } else {
      const samples = opusPacketSamples(packet);
      if (samples === 0) return;
      const timestampUs = Math.round(this.#samples * 1e6 / OPUS_SAMPLE_RATE);
      frames.push({ track: "audio", key: true, timestampUs, data: packet });
      this.#samples += samples;
    }
  }
}

/** At most this much of a hole is filled, in samples: longer ones are closed by {@linkcode Timeline}. */
const MAX_FILL_SAMPLES = OPUS_SAMPLE_RATE;

/**
 * Writes an Ogg Opus file, a page per frame. The first frame is at 0; where frames are missing, the
 * decoder is made to conceal them (RFC 7845, section 4.1), so that what follows stays in time.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { OggOpusReader, OggOpusWriter } from "./ogg_opus.ts";
 * const writer = new OggOpusWriter({ codec: "opus", channels: 1, preSkip: 312 });
 * const reader = new OggOpusReader();
 * reader.push(writer.head());
 * assert.equal(reader.config?.audio.preSkip, 312);
 * const data = new Uint8Array([0xf8, 1, 2]);
 * const frame = { track: "audio", key: true, timestampUs: 0, data } as const;
 * assert.deepEqual(reader.push(writer.frame(frame)), [frame]);
 * ```
 */
export class OggOpusWriter implements ContainerWriter {
  readonly #config: AudioConfig;
  readonly #serial: number;
  readonly #timeline = new Timeline();
  #sequence = 0;
  #samples = 0;

  /**
   * Begins a file.
   *
   * @param config What the decoder must know.
   * @param serial Serial number of the stream; any.
   */
  constructor(config: AudioConfig, serial = 1) {
    this.#config = config;
    this.#serial = serial;
  }

  /** The headers. */
  head(): Uint8Array {
    return concatBytes([
      this.#page([formatOpusHead(this.#config)], { first: true }),
      this.#page([formatOpusTags("chat")]),
    ]);
  }

  /** The bytes of one more frame. */
  frame({ track, timestampUs, data }: MediaFrame): Uint8Array {
    const samples = opusPacketSamples(data);
    if (track !== "audio" || samples === 0) return new Uint8Array(0);
    const pages: Uint8Array[] = [];
    const filler = concealmentPacket(data);
    const fillerSamples = opusPacketSamples(filler);
    const startSamples = this.#timeline.place(timestampUs) * OPUS_SAMPLE_RATE / 1e6;
    const until = Math.min(startSamples, this.#samples + MAX_FILL_SAMPLES) - fillerSamples / 2;
    while (this.#samples < until) {
      this.#samples += fillerSamples;
      pages.push(this.#page([filler]));
    }
    this.#samples += samples;
    pages.push(this.#page([data]));
    return pages.length === 1 ? pages[0]! : concatBytes(pages);
  }

  /** What completes the file. */
  end(): { readonly tail: Uint8Array; readonly patches: readonly Patch[] } {
    return { tail: this.#page([], { last: true }), patches: [] };
  }

  #page(packets: Uint8Array[], flags: { first?: boolean; last?: boolean } = {}): Uint8Array {
    return formatOggPage({
      serial: this.#serial,
      sequence: this.#sequence++,
      granule: BigInt(this.#samples),
      packets,
      ...flags,
    });
  }
}
