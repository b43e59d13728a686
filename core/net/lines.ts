/**
 * Bytes to lines of text, capped: any split of the bytes gives the same lines.
 *
 * @module
 */
import { concatBytes } from "../bytes.ts";

/** What {@linkcode LineSplitter.push} finds. */
export interface LineEvents {
  /** A line without its CR LF or LF. */
  line(text: string): void;
  /**
   * A line that was no text: too long, with a NUL or CR inside, or not UTF-8. It is skipped to its end. Of one that is
   * not UTF-8 the bytes are given, valid during the call.
   */
  fault(fault: LineFault, line?: Uint8Array): void;
}

/** Why a line was refused. */
export type LineFault = "too-long" | "control" | "not-utf8";

const LF = 0x0a, CR = 0x0d;

/** One for all: it keeps nothing from one line to the next. */
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Cuts what one connection sends into lines of at most `maxBytes`, line end not counted. */
export class LineSplitter {
  #maxBytes: number;
  #events: LineEvents;
  #rest: Uint8Array | undefined;
  #skipping = false;

  constructor(maxBytes: number, events: LineEvents) {
    this.#maxBytes = maxBytes;
    this.#events = events;
  }

  /** Takes the next bytes; they may be reused by the caller afterwards. */
  push(bytes: Uint8Array): void {
    let start = 0;
    for (;;) {
      const end = bytes.indexOf(LF, start);
      if (end < 0) break;
      this.#finish(bytes.subarray(start, end));
      start = end + 1;
    }
    if (start < bytes.length) this.#keep(bytes.subarray(start));
  }

  #finish(tail: Uint8Array): void {
    if (this.#skipping) {
      this.#skipping = false;
      return;
    }
    let line = tail;
    if (this.#rest) {
      line = concatBytes([this.#rest, tail]);
      this.#rest = undefined;
    }
    if (line.length > 0 && line[line.length - 1] === CR) line = line.subarray(0, line.length - 1);
    if (line.length > this.#maxBytes) return this.#events.fault("too-long");
    let text: string;
    try {
      text = decoder.decode(line);
    } catch {
      return this.#events.fault("not-utf8", line); // the decoder has only this one complaint
    }
    if (text.includes("\0") || text.includes("\r")) this.#events.fault("control");
    else this.#events.line(text);
  }

  #keep(part: Uint8Array): void {
    if (this.#skipping) return;
    this.#rest = this.#rest ? concatBytes([this.#rest, part]) : part.slice();
    if (this.#rest.length > this.#maxBytes + 1) { // one more may be the CR
      this.#rest = undefined;
      this.#skipping = true;
      this.#events.fault("too-long");
    }
  }
}
