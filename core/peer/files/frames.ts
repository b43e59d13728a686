/**
 * The bytes of a transfer: frames of a type, a length and a payload, so that the sender can say in
 * the middle of a file that it failed, and go on with the next.
 *
 * A frame is `u8 type | u32 length | payload`, big-endian.
 *
 * @module
 */
import { ProtocolError } from "../errors.ts";
import type { ByteSink } from "../json_lines.ts";
import { writeAll } from "../json_lines.ts";
import { BLOCK_BYTES } from "./limits.ts";
import { DIGEST_BYTES } from "./running_hash.ts";

/** What a frame says. */
export const Frame = {
  /** A file begins: u32 place in the list, u64 offset of its first byte. */
  Begin: 1,
  /** Bytes of that file. */
  Data: 2,
  /** A chunk is complete: SHA-256 of the file from its start to here. */
  Check: 3,
  /** The file is complete: its SHA-256. */
  End: 4,
  /** The file failed, the next follows: u8, a place in {@linkcode SENDER_FAULTS}. */
  Failed: 5,
  /** All files are sent. */
  Done: 6,
  /** The sender stops: the reason in UTF-8. */
  Cancel: 7,
  /** The sender is busy reading what the receiver has already. */
  Wait: 8,
} as const;

/** What can be wrong with a file on the sender's side, by number. */
export const SENDER_FAULTS = ["unreadable", "changed"] as const;

const HEADER_BYTES = 5;
const BEGIN_BYTES = 12;
/** Longest reason in a cancel, in bytes. */
const MAX_REASON_BYTES = 900;
/** One read of a link gives at most a TLS record of 16 KiB. */
const READ_BYTES = 64 * 1024;
/** A payload longer than this is read past the buffer, straight to where it belongs. */
const DIRECT_BYTES = 16 * 1024;

/** The exact length of a payload, or the shortest and the longest. */
const LENGTHS: Readonly<Record<number, readonly [number, number]>> = {
  [Frame.Begin]: [BEGIN_BYTES, BEGIN_BYTES],
  [Frame.Data]: [1, BLOCK_BYTES],
  [Frame.Check]: [DIGEST_BYTES, DIGEST_BYTES],
  [Frame.End]: [DIGEST_BYTES, DIGEST_BYTES],
  [Frame.Failed]: [1, 1],
  [Frame.Done]: [0, 0],
  [Frame.Cancel]: [0, MAX_REASON_BYTES],
  [Frame.Wait]: [0, 0],
};

/** The head of a frame. */
export interface FrameHead {
  readonly type: number;
  readonly length: number;
}

/** Reads frames. The payload of each has to be read to its end before the next. */
export class FrameReader {
  readonly #source: { read(into: Uint8Array): Promise<number | null> };
  readonly #buffer = new Uint8Array(READ_BYTES);
  readonly #view = new DataView(this.#buffer.buffer);
  #start = 0;
  #end = 0;

  /** @param source Usually a link's reader. */
  constructor(source: { read(into: Uint8Array): Promise<number | null> }) {
    this.#source = source;
  }

  /**
   * The next frame's head; null at the end of the link.
   *
   * @throws {ProtocolError} `bad-shape` or `cut`.
   */
  async next(): Promise<FrameHead | null> {
    if (!await this.#need(HEADER_BYTES)) return null;
    const type = this.#view.getUint8(this.#start);
    const length = this.#view.getUint32(this.#start + 1);
    this.#start += HEADER_BYTES;
    const allowed = LENGTHS[type];
    if (!allowed || length < allowed[0] || length > allowed[1]) {
      throw new ProtocolError("bad-shape", `Not a frame: type ${type} with ${length} bytes`);
    }
    return { type, length };
  }

  /** Fills `into` with the next bytes of the payload. */
  async read(into: Uint8Array): Promise<void> {
    let filled = this.#takeBuffered(into);
    while (filled < into.length) {
      if (into.length - filled >= DIRECT_BYTES) {
        const count = await this.#source.read(into.subarray(filled));
        if (count === null) throw cut();
        filled += count;
      } else {
        if (!await this.#need(into.length - filled)) throw cut();
        filled += this.#takeBuffered(into.subarray(filled));
      }
    }
  }

  /** A short payload as a copy. */
  async bytes(length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length);
    await this.read(bytes);
    return bytes;
  }

  /** The payload of {@linkcode Frame.Begin}. */
  async begin(): Promise<{ readonly file: number; readonly offset: number }> {
    if (!await this.#need(BEGIN_BYTES)) throw cut();
    const file = this.#view.getUint32(this.#start);
    const offset = this.#view.getBigUint64(this.#start + 4);
    this.#start += BEGIN_BYTES;
    return { file, offset: Number(offset) };
  }

  #takeBuffered(into: Uint8Array): number {
    const count = Math.min(into.length, this.#end - this.#start);
    into.set(this.#buffer.subarray(this.#start, this.#start + count));
    this.#start += count;
    return count;
  }

  /** Reads until `count` bytes are buffered; false when the link ends before the first. */
  async #need(count: number): Promise<boolean> {
    if (this.#end - this.#start >= count) return true;
    this.#buffer.copyWithin(0, this.#start, this.#end);
    this.#end -= this.#start;
    this.#start = 0;
    while (this.#end < count) {
      const got = await this.#source.read(this.#buffer.subarray(this.#end));
      if (got === null) {
        if (this.#end === 0) return false;
        throw cut();
      }
      this.#end += got;
    }
    return true;
  }
}

/**
 * Packs frames into large blocks and writes one while the next is filled. Small files share a
 * block, so that they cost no write each.
 */
export class FrameWriter {
  readonly #sink: ByteSink;
  #filling = new Uint8Array(BLOCK_BYTES + HEADER_BYTES);
  #idle = new Uint8Array(BLOCK_BYTES + HEADER_BYTES);
  #at = 0;
  #writing: Promise<void> = Promise.resolve();

  /** @param sink Usually a link's connection. */
  constructor(sink: ByteSink) {
    this.#sink = sink;
  }

  /** {@linkcode Frame.Begin}. */
  async begin(file: number, offset: number): Promise<void> {
    const payload = await this.#add(Frame.Begin, BEGIN_BYTES);
    const view = new DataView(payload.buffer, payload.byteOffset, BEGIN_BYTES);
    view.setUint32(0, file);
    view.setBigUint64(4, BigInt(offset));
  }

  /** A frame with a short payload, or none. */
  async frame(type: number, payload: Uint8Array = new Uint8Array()): Promise<void> {
    (await this.#add(type, payload.length)).set(payload);
  }

  /** {@linkcode Frame.Cancel}. */
  async cancel(reason: string): Promise<void> {
    await this.frame(Frame.Cancel, new TextEncoder().encode(reason.slice(0, MAX_REASON_BYTES / 3)));
  }

  /**
   * Where the next bytes of a file may be read into: at least one byte, at most `wantedBytes`.
   * {@linkcode FrameWriter.data} sends what was put there; no other call may come in between.
   */
  async space(wantedBytes: number): Promise<Uint8Array> {
    const needed = Math.min(wantedBytes, BLOCK_BYTES, MIN_PIECE_BYTES);
    if (this.#room < HEADER_BYTES + needed) await this.flush();
    const start = this.#at + HEADER_BYTES;
    return this.#filling.subarray(start, start + Math.min(wantedBytes, this.#room - HEADER_BYTES));
  }

  /** Sends the first `count` bytes of the last {@linkcode FrameWriter.space} as a frame. */
  data(count: number): void {
    this.#head(Frame.Data, count);
    this.#at += count;
  }

  /** Starts to write what is there, after the block before is written. */
  async flush(): Promise<void> {
    await this.#writing;
    if (this.#at === 0) return;
    const block = this.#filling.subarray(0, this.#at);
    [this.#filling, this.#idle] = [this.#idle, this.#filling];
    this.#at = 0;
    this.#writing = writeAll(this.#sink, block);
    this.#writing.catch(() => {}); // whoever waits for it next is told
  }

  /** Writes all that is there and waits for it. */
  async finish(): Promise<void> {
    await this.flush();
    await this.#writing;
  }

  get #room(): number {
    return this.#filling.length - this.#at;
  }

  async #add(type: number, length: number): Promise<Uint8Array> {
    if (this.#room < HEADER_BYTES + length) await this.flush();
    this.#head(type, length);
    const payload = this.#filling.subarray(this.#at, this.#at + length);
    this.#at += length;
    return payload;
  }

  #head(type: number, length: number): void {
    new DataView(this.#filling.buffer).setUint8(this.#at, type);
    new DataView(this.#filling.buffer).setUint32(this.#at + 1, length);
    this.#at += HEADER_BYTES;
  }
}

/** A file is not cut into smaller pieces just to fill a block. */
const MIN_PIECE_BYTES = 64 * 1024;

function cut(): ProtocolError {
  return new ProtocolError("cut", "The link ended inside a frame");
}
