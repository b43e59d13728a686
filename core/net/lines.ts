/**
 * Splits bytes into lines of limited length; the lines do not depend on how the bytes arrive.
 *
 * @module
 */
import { concatBytes } from "../ground/bytes.ts";

/** Events of a {@linkcode LineSplitter}. */
export interface LineEvents {
  /** A line without its CR LF or LF. */
  line(text: string): void;
  /**
   * An invalid line: too long, with a NUL or CR inside, or not UTF-8. It is skipped to its end. If it is
   * not UTF-8 its bytes are passed, valid during the call.
   */
  fault(fault: LineFault, line?: Uint8Array): void;
  /** Whether no more lines can be handled now: the rest is kept until {@linkcode LineSplitter.resume}. */
  isFull?(): boolean;
}

/** Why a line was refused; "endless": {@linkcode MAX_UNENDED_BYTES} without a line end. */
export type LineFault = "too-long" | "control" | "not-utf8" | "endless";

/** Bytes without a line end after which the fault is "endless". */
export const MAX_UNENDED_BYTES = 64 * 1024;

const LF = 0x0a, CR = 0x0d;

/** Shared, since it keeps no state between lines. */
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Splits the bytes of one connection into lines of at most `maxBytes`, without the line end. */
export class LineSplitter {
  #maxBytes: number;
  #events: LineEvents;
  #rest: Uint8Array | undefined;
  #skipping = false;
  /** Bytes of the line that is being skipped. */
  #skipped = 0;
  /** Bytes that could not be handled yet. */
  #held: Uint8Array | undefined;

  constructor(maxBytes: number, events: LineEvents) {
    this.#maxBytes = maxBytes;
    this.#events = events;
  }

  /** Takes the next bytes; they may be reused by the caller afterwards. */
  push(bytes: Uint8Array): void {
    if (this.#held) this.#held = concatBytes([this.#held, bytes]);
    else this.#split(bytes, () => this.#events.isFull?.() ?? false);
  }

  /** Continues with the bytes held back, until `isFull` again. */
  resume(): void {
    const held = this.#held;
    this.#held = undefined;
    if (held) this.push(held);
  }

  /** Handles all bytes held back: no more will follow. */
  end(): void {
    const held = this.#held;
    this.#held = undefined;
    if (held) this.#split(held, () => false);
  }

  #split(bytes: Uint8Array, isFull: () => boolean): void {
    let start = 0;
    for (;;) {
      const end = bytes.indexOf(LF, start);
      if (end < 0) break;
      if (isFull()) return void (this.#held = bytes.slice(start));
      this.#finish(bytes.subarray(start, end));
      start = end + 1;
    }
    if (start < bytes.length) this.#keep(bytes.subarray(start));
  }

  #finish(tail: Uint8Array): void {
    if (this.#skipping) {
      this.#skipping = false;
      this.#skipped = 0;
      return;
    }
    let line = tail;
    if (this.#rest) {
      line = concatBytes([this.#rest, tail]);
      this.#rest = undefined;
    }
    if (line.length > 0 && line[line.length - 1] === CR) line = line.subarray(0, line.length - 1);
    if (line.length === 0) return this.#events.line(""); // a flood of empty lines needs no decoding
    if (line.length > this.#maxBytes) return this.#events.fault("too-long");
    let text: string;
    try {
      text = decoder.decode(line);
    } catch {
      return this.#events.fault("not-utf8", line); // the decoder's only error
    }
    if (text.includes("\0") || text.includes("\r")) this.#events.fault("control");
    else this.#events.line(text);
  }

  #keep(part: Uint8Array): void {
    if (this.#skipping) return this.#skip(part.length);
    this.#rest = this.#rest ? concatBytes([this.#rest, part]) : part.slice();
    if (this.#rest.length > this.#maxBytes + 1) { // one more may be the CR
      const { length } = this.#rest;
      this.#rest = undefined;
      this.#skipping = true;
      this.#events.fault("too-long");
      this.#skip(length);
    }
  }

  #skip(bytes: number): void {
    const before = this.#skipped;
    this.#skipped += bytes;
    if (before <= MAX_UNENDED_BYTES && this.#skipped > MAX_UNENDED_BYTES) {
      this.#events.fault("endless");
    }
  }
}
