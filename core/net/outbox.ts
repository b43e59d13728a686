/**
 * What waits to be sent on one connection: a bounded queue with one write in flight; everything
 * queued since then goes out in the next write. A reader that is too slow overflows its own queue
 * and nobody else's.
 *
 * @module
 */
import { concatBytes } from "../bytes.ts";
import type { Connection } from "./connection.ts";

/** Bytes one connection may have waiting before it counts as too slow. */
export const OUTBOX_LIMIT_BYTES = 1 << 20;

/** With no more than this waiting, there is room for more of an answer that is written bit by bit. */
const DRAINED_BYTES = 16 * 1024;

/** Largest piece handed to the socket at once, so that a long queue keeps counting as queued. */
const WRITE_BYTES = 256 * 1024;

/** Joins chunks; the last result is kept, since the members of a room mostly get the same ones. */
class Joiner {
  #chunks: readonly Uint8Array[] = [];
  #joined: Uint8Array = new Uint8Array(0);

  join(chunks: readonly Uint8Array[]): Uint8Array {
    if (chunks.length === 1) return chunks[0]!;
    if (!this.#isLast(chunks)) {
      this.#chunks = chunks;
      this.#joined = concatBytes(chunks);
    }
    return this.#joined;
  }

  /** Lets go of what was joined last, so that it is not kept in memory. */
  forget(): void {
    this.#chunks = [];
    this.#joined = new Uint8Array(0);
  }

  #isLast(chunks: readonly Uint8Array[]): boolean {
    const last = this.#chunks;
    if (last.length !== chunks.length) return false;
    for (let i = chunks.length - 1; i >= 0; i--) if (last[i] !== chunks[i]) return false;
    return true;
  }
}

const encoder = new TextEncoder();
const joiner = new Joiner();

/** Forgets the bytes shared by the last flushes. Called when a round of flushes is over. */
export function forgetJoined(): void {
  joiner.forget();
}

/** The queue of one connection. Nothing is sent before {@linkcode Outbox.flush}. */
export class Outbox {
  #connection: Connection;
  #chunks: Uint8Array[] = [];
  #queuedBytes = 0;
  /** Text offered last, not encoded yet: the lines of one answer are encoded together. */
  #text = "";
  #inFlightBytes = 0;
  #limitBytes: number;
  #ending = false;
  #waiting = false;
  #whenDrained: (() => void) | undefined;
  #writes = 0;

  constructor(connection: Connection, limitBytes: number = OUTBOX_LIMIT_BYTES) {
    this.#connection = connection;
    this.#limitBytes = limitBytes;
  }

  /** Bytes that wait here or are in the write under way. */
  get pendingBytes(): number {
    return this.#queuedBytes + this.#inFlightBytes + this.#text.length;
  }

  /** Queues bytes, which must not change later. False when they do not fit: the caller drops the reader. */
  offer(bytes: Uint8Array): boolean {
    if (this.#ending) return true;
    if (this.pendingBytes + bytes.length > this.#limitBytes) return false;
    this.#push(bytes);
    return true;
  }

  /** As {@linkcode Outbox.offer}, for text that only this reader gets. */
  offerText(text: string): boolean {
    if (this.#ending) return true;
    if (this.pendingBytes + text.length > this.#limitBytes) return false;
    this.#text += text;
    return true;
  }

  /** How many writes have gone out: as long as it grows, the other end reads. */
  get writes(): number {
    return this.#writes;
  }

  /** Settles when little waits to be sent, or the connection is over. For one caller at a time. */
  drained(): Promise<void> {
    if (this.#ending || this.pendingBytes <= DRAINED_BYTES) return Promise.resolve();
    return new Promise((resolve) => this.#whenDrained = resolve);
  }

  /** Notes that a flush is due. False when that was noted already. */
  markWaiting(): boolean {
    if (this.#waiting) return false;
    return this.#waiting = true;
  }

  /** Sends what is queued, unless a write is under way: then that write's end does it. */
  flush(): void {
    this.#waiting = false;
    if (this.#inFlightBytes > 0) return;
    this.#encodeText();
    if (this.#queuedBytes === 0) return;
    const bytes = this.#take();
    this.#inFlightBytes = bytes.length;
    this.#connection.write(bytes, this.#written);
  }

  /**
   * Sends what is queued, then closes. Whatever is offered later is dropped.
   *
   * @param last Goes out after all that is queued, also where the queue is full: why it is over.
   */
  end(last?: Uint8Array, withinMs?: number): void {
    if (this.#ending) return;
    this.#ending = true;
    this.#encodeText();
    if (last) this.#push(last);
    if (this.#queuedBytes > 0) {
      const rest = joiner.join(this.#chunks);
      this.#chunks = [];
      this.#queuedBytes = 0;
      this.#connection.write(rest, () => {});
    }
    this.#connection.end(withinMs);
    this.#tellDrained();
  }

  /** Sends nothing more, and hangs up. */
  abandon(): void {
    this.#ending = true;
    this.#connection.destroy();
    this.#tellDrained();
  }

  #tellDrained(): void {
    const tell = this.#whenDrained;
    this.#whenDrained = undefined;
    tell?.();
  }

  #push(bytes: Uint8Array): void {
    this.#encodeText();
    this.#chunks.push(bytes);
    this.#queuedBytes += bytes.length;
  }

  #encodeText(): void {
    if (this.#text === "") return;
    const bytes = encoder.encode(this.#text);
    this.#text = "";
    this.#chunks.push(bytes);
    this.#queuedBytes += bytes.length;
  }

  #take(): Uint8Array {
    if (this.#queuedBytes <= WRITE_BYTES) {
      const bytes = joiner.join(this.#chunks);
      this.#chunks = [];
      this.#queuedBytes = 0;
      return bytes;
    }
    let count = 0, size = 0;
    while (size < WRITE_BYTES && count < this.#chunks.length) size += this.#chunks[count++]!.length;
    const part = joiner.join(this.#chunks.splice(0, count));
    this.#queuedBytes -= size;
    return part;
  }

  #written = (): void => {
    this.#inFlightBytes = 0;
    this.#writes++;
    this.flush();
    if (this.pendingBytes <= DRAINED_BYTES) this.#tellDrained();
  };
}
