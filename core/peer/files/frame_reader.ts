/**
 * Reads a transfer's frames from a link.
 *
 * @module
 */
import { ProtocolError } from "../links/errors.ts";
import type { ByteSource } from "../links/json_lines.ts";
import { BEGIN_BYTES, FRAME_LENGTHS, HEADER_BYTES } from "./frames.ts";

/** Space for several TLS records; one read returns at most one record of 16 KiB. */
const READ_BYTES = 128 * 1024;
/**
 * A payload longer than this bypasses the buffer. For a shorter one the copy is cheaper than a second
 * read for the rest of a record.
 */
const DIRECT_BYTES = 64 * 1024;

/** The head of a frame. */
export interface FrameHead {
  readonly type: number;
  readonly length: number;
}

/** Reads frames. The payload of each has to be read completely before the next frame. */
export class FrameReader {
  readonly #source: ByteSource;
  readonly #buffer = new Uint8Array(READ_BYTES);
  readonly #view = new DataView(this.#buffer.buffer);
  #start = 0;
  #end = 0;

  /** @param source Usually a link's reader. */
  constructor(source: ByteSource) {
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
    const allowed = FRAME_LENGTHS[type];
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

function cut(): ProtocolError {
  return new ProtocolError("cut", "The link ended inside a frame");
}
