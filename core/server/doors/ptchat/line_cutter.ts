/**
 * Splits the bytes of a connection into PTCHAT lines; an unterminated line ends after a short silence.
 *
 * @module
 */
import type { LineCutter } from "../../../net/line_stream.ts";
import { MAX_UNENDED_BYTES } from "../../../net/lines.ts";
import { type PtchatLine, PtchatLineSplitter } from "../../../ptchat/line_splitter.ts";

/** Bytes that are split before checking whether too many lines wait. */
const SLICE_BYTES = 1024;

/** Handlers for the lines of a {@linkcode PtchatLineCutter}. */
export interface PtchatLineEvents {
  /** A line, perhaps without a line end. */
  line(line: PtchatLine, isUnterminated: boolean): void;
  /** Bytes were received without any part of a line: telnet negotiation, for example. */
  nothing(): void;
  /** {@linkcode MAX_UNENDED_BYTES} were received without a line end. */
  endless(): void;
  /** Whether no more lines can be handled now: the rest is held back until {@linkcode PtchatLineCutter.resume}. */
  isFull(): boolean;
}

/** Splits the input of one connection. */
export class PtchatLineCutter implements LineCutter {
  #events: PtchatLineEvents;
  #splitter = new PtchatLineSplitter();
  #held: Uint8Array[] = [];
  #quiet: ReturnType<typeof setTimeout> | undefined;
  #isStopped = false;

  constructor(events: PtchatLineEvents) {
    this.#events = events;
  }

  push(bytes: Uint8Array): void {
    this.#feed([bytes]);
    if (this.#splitter.excessBytes > MAX_UNENDED_BYTES) this.#events.endless();
    this.#waitForQuiet();
  }

  resume(): void {
    this.#feed(this.#held.splice(0));
  }

  end(): void {
    for (const slice of this.#held.splice(0)) this.#cut(slice);
    this.#take(this.#splitter.end());
  }

  /** Stops the timer for unterminated lines. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#quiet);
  }

  #feed(chunks: readonly Uint8Array[]): void {
    for (const chunk of chunks) {
      for (let at = 0; at < chunk.length; at += SLICE_BYTES) {
        const slice = chunk.subarray(at, at + SLICE_BYTES);
        if (this.#events.isFull()) this.#held.push(slice.slice());
        else this.#cut(slice);
      }
    }
  }

  #cut(slice: Uint8Array): void {
    this.#take(this.#splitter.push(slice, performance.now()));
  }

  #take(lines: readonly PtchatLine[], isUnterminated = false): void {
    for (const line of lines) this.#events.line(line, isUnterminated);
  }

  #waitForQuiet(): void {
    clearTimeout(this.#quiet);
    if (this.#isStopped) return;
    const { flushAtMs } = this.#splitter;
    if (flushAtMs === undefined) return this.#events.nothing();
    this.#quiet = setTimeout(() => {
      this.#take(this.#splitter.flush(performance.now()), !this.#splitter.endsLines);
      this.#waitForQuiet();
    }, Math.max(0, flushAtMs - performance.now()) + 1);
  }
}
