/**
 * Writes a transfer's frames to a link.
 *
 * @module
 */
import { type ByteSink, writeAll } from "../links/json_lines.ts";
import { BEGIN_BYTES, Frame, HEADER_BYTES, MAX_FAULT_REASON_BYTES } from "./frames.ts";
import { BLOCK_BYTES } from "./limits.ts";

/** A file is not split into smaller pieces just to fill a block. */
const MIN_PIECE_BYTES = 64 * 1024;
/**
 * On a slow link blocks become smaller, so that progress is visible and a cancel takes effect soon: the
 * current write has to finish first.
 */
const FIRST_BLOCK_BYTES = 128 * 1024;
const MIN_BLOCK_BYTES = 16 * 1024;
const SLOW_BLOCK_MS = 200;
const FAST_BLOCK_MS = 50;

/**
 * Packs frames into large blocks and writes one while the next is filled. Small files share a
 * block, so that they do not need a write each.
 */
export class FrameWriter {
  readonly #sink: ByteSink;
  #filling = new Uint8Array(BLOCK_BYTES + HEADER_BYTES);
  #idle = new Uint8Array(BLOCK_BYTES + HEADER_BYTES);
  #at = 0;
  #blockBytes = FIRST_BLOCK_BYTES;
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
    await this.frame(
      Frame.Cancel,
      new TextEncoder().encode(reason.slice(0, MAX_FAULT_REASON_BYTES / 3)),
    );
  }

  /**
   * Space to read the next bytes of a file into: at least one byte, at most `wantedBytes`.
   * {@linkcode FrameWriter.data} sends them; no other call may come in between.
   */
  async space(wantedBytes: number): Promise<Uint8Array> {
    const needed = Math.min(wantedBytes, this.#blockBytes, MIN_PIECE_BYTES);
    if (this.#room < HEADER_BYTES + needed) await this.flush();
    const start = this.#at + HEADER_BYTES;
    return this.#filling.subarray(start, start + Math.min(wantedBytes, this.#room - HEADER_BYTES));
  }

  /** Sends the first `count` bytes of the last {@linkcode FrameWriter.space} as a frame. */
  data(count: number): void {
    this.#head(Frame.Data, count);
    this.#at += count;
  }

  /** Starts writing the current block, after the previous one is written. */
  async flush(): Promise<void> {
    await this.#writing;
    if (this.#at === 0) return;
    const block = this.#filling.subarray(0, this.#at);
    [this.#filling, this.#idle] = [this.#idle, this.#filling];
    this.#at = 0;
    this.#writing = this.#write(block);
    this.#writing.catch(() => {}); // reported by the next call that awaits it
  }

  /** Writes everything and waits for it. */
  async finish(): Promise<void> {
    await this.flush();
    await this.#writing;
  }

  get #room(): number {
    return this.#blockBytes + HEADER_BYTES - this.#at;
  }

  async #write(block: Uint8Array): Promise<void> {
    const startMs = performance.now();
    await writeAll(this.#sink, block);
    const ms = performance.now() - startMs;
    if (ms > SLOW_BLOCK_MS) this.#blockBytes = Math.max(MIN_BLOCK_BYTES, this.#blockBytes / 2);
    if (ms < FAST_BLOCK_MS) this.#blockBytes = Math.min(BLOCK_BYTES, this.#blockBytes * 2);
  }

  async #add(type: number, length: number): Promise<Uint8Array> {
    if (this.#room < HEADER_BYTES + length) await this.flush();
    this.#head(type, length);
    const payload = this.#filling.subarray(this.#at, this.#at + length);
    this.#at += length;
    return payload;
  }

  #head(type: number, length: number): void {
    const view = new DataView(this.#filling.buffer, this.#at, HEADER_BYTES);
    view.setUint8(0, type);
    view.setUint32(1, length);
    this.#at += HEADER_BYTES;
  }
}
