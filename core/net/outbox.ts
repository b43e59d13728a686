/**
 * The send queue of one connection: bounded, with one write in flight; everything
 * queued meanwhile goes out in the next write. A slow reader overflows only its own queue.
 *
 * @module
 */

/** Bytes that may be queued for one connection before it counts as too slow. */
export const OUTBOX_LIMIT_BYTES = 1 << 20;

/** With at most this many bytes queued, more of a long answer may be written. */
const DRAINED_BYTES = 16 * 1024;

/** Largest piece passed to the socket at once, so that a long queue keeps counting as queued. */
const WRITE_BYTES = 256 * 1024;

const encoder = new TextEncoder();

/** What an outbox sends through: a byte stream joins the chunks, a carrier of messages sends one for each line. */
export interface OutboxCarrier {
  /** Sends these chunks, each of whole lines, in order. `done` is called when the next write may follow: one at a time. */
  write(chunks: readonly Uint8Array[], done: () => void): void;
  /** Closes after what was written has gone out; hangs up when that takes over `withinMs`. */
  end(withinMs?: number): void;
  /** Hangs up now. */
  destroy(): void;
}

/** The queue of one connection. Nothing is sent before {@linkcode Outbox.flush}. */
export class Outbox {
  #carrier: OutboxCarrier;
  #chunks: Uint8Array[] = [];
  /** How many chunks, from the front, may be sent. */
  #released = 0;
  /** How many chunks the next flush releases, if fixed by `seal()`. */
  #sealed: number | undefined;
  #queuedBytes = 0;
  /** Text offered last, not encoded yet: the lines of one answer are encoded together. */
  #text = "";
  #inFlightBytes = 0;
  #limitBytes: number;
  #ending = false;
  #waiting = false;
  #whenDrained: (() => void) | undefined;
  #writes = 0;

  constructor(carrier: OutboxCarrier, limitBytes: number = OUTBOX_LIMIT_BYTES) {
    this.#carrier = carrier;
    this.#limitBytes = limitBytes;
  }

  /** Bytes queued or in the current write. */
  get pendingBytes(): number {
    return this.#queuedBytes + this.#inFlightBytes + this.#text.length;
  }

  /** Queues bytes, which must not change later. Returns false when they do not fit: the caller drops the reader. */
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

  /** Number of completed writes: while it grows, the other end is reading. */
  get writes(): number {
    return this.#writes;
  }

  /** Settles when little is queued, or the connection has ended. For one caller at a time. */
  drained(): Promise<void> {
    if (this.#ending || this.pendingBytes <= DRAINED_BYTES) return Promise.resolve();
    return new Promise((resolve) => this.#whenDrained = resolve);
  }

  /** Notes that a flush is due. Returns false when that was noted already. */
  markWaiting(): boolean {
    if (this.#waiting) return false;
    return this.#waiting = true;
  }

  /** Fixes what the next flush sends: data offered later waits for the flush after that. */
  seal(): void {
    this.#waiting = false;
    this.#encodeText();
    this.#sealed = this.#chunks.length;
  }

  /** Sends what is queued, or what was sealed of it; during a write, when that write is done. */
  flush(): void {
    if (this.#sealed === undefined) {
      this.#waiting = false;
      this.#encodeText();
    }
    this.#released = this.#sealed ?? this.#chunks.length;
    this.#sealed = undefined;
    this.#write();
  }

  /**
   * Sends what is queued, then closes. Data offered later is dropped.
   *
   * @param last Sent after the queue, even if it is full: the reason for closing.
   */
  end(last?: Uint8Array, withinMs?: number): void {
    if (this.#ending) return;
    this.#ending = true;
    this.#encodeText();
    if (last) this.#push(last);
    if (this.#queuedBytes > 0) {
      const rest = this.#chunks;
      this.#forgetChunks();
      this.#carrier.write(rest, () => {});
    }
    this.#carrier.end(withinMs);
    this.#notifyDrained();
  }

  /** Closes the connection without sending the queue. */
  abandon(): void {
    this.#ending = true;
    this.#carrier.destroy();
    this.#notifyDrained();
  }

  #notifyDrained(): void {
    const notify = this.#whenDrained;
    this.#whenDrained = undefined;
    notify?.();
  }

  #push(bytes: Uint8Array): void {
    this.#encodeText();
    this.#queue(bytes);
  }

  #encodeText(): void {
    if (this.#text === "") return;
    const bytes = encoder.encode(this.#text);
    this.#text = "";
    this.#queue(bytes);
  }

  #queue(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#chunks.push(bytes);
    this.#queuedBytes += bytes.length;
  }

  #write(): void {
    if (this.#inFlightBytes > 0 || this.#released === 0) return;
    const before = this.#queuedBytes;
    const chunks = this.#take();
    this.#inFlightBytes = before - this.#queuedBytes;
    this.#carrier.write(chunks, this.#written);
  }

  #take(): readonly Uint8Array[] {
    const chunks = this.#chunks;
    if (this.#released === chunks.length && this.#queuedBytes <= WRITE_BYTES) {
      this.#forgetChunks();
      return chunks;
    }
    let count = 0, size = 0;
    while (size < WRITE_BYTES && count < this.#released) size += chunks[count++]!.length;
    this.#queuedBytes -= size;
    this.#released -= count;
    if (this.#sealed !== undefined) this.#sealed -= count;
    return chunks.splice(0, count);
  }

  #forgetChunks(): void {
    this.#chunks = [];
    this.#queuedBytes = 0;
    this.#released = 0;
    if (this.#sealed !== undefined) this.#sealed = 0;
  }

  #written = (): void => {
    this.#inFlightBytes = 0;
    this.#writes++;
    this.#write();
    if (this.pendingBytes <= DRAINED_BYTES) this.#notifyDrained();
  };
}
