/**
 * Splits the bytes of a PTCHAT connection into lines. Pure: the caller passes the time.
 *
 * A line ends with LF, CR LF or telnet's CR NUL. Small clients send no line ends: until a connection has sent its
 * first line end, bytes followed by {@linkcode QUIET_MS} of silence count as a line. After that the rest of
 * a line is waited for, up to {@linkcode UNFINISHED_MS}; so is the rest of a character.
 *
 * @module
 */
import { completeUtf8Length } from "../ground/bytes.ts";

/** Longest line in bytes, without its end. A longer one is dropped up to its end and reported once. */
export const MAX_PTCHAT_LINE_BYTES = 4096;
/** Silence after which an unterminated line counts as a line, in milliseconds. */
export const QUIET_MS = 100;
/** How long to wait for the rest of a line or of a character, in milliseconds. */
export const UNFINISHED_MS = 10_000;

/** A line, or an invalid one. */
export type PtchatLine =
  | { readonly kind: "text"; readonly text: string }
  /** It was longer than {@linkcode MAX_PTCHAT_LINE_BYTES}. */
  | { readonly kind: "too-long" }
  /** It was not UTF-8, or had a NUL in it. */
  | { readonly kind: "not-text" };

const EMPTY_LINE: PtchatLine = Object.freeze({ kind: "text", text: "" });

const decoder = new TextDecoder("utf-8", { fatal: true });

/** Initial size of the buffer: enough for most lines. */
const FIRST_BUFFER_BYTES = 256;

const LF = 0x0a;
const CR = 0x0d;
const NUL = 0x00;
// Telnet commands (RFC 854). The byte 255 does not occur in UTF-8, so it marks a command.
const IAC = 255;
const SB = 250;
const SE = 240;
const WILL = 251;

/** State of skipping a telnet command. */
type Telnet = "none" | "command" | "option" | "inside" | "inside-command";

/**
 * Splits one connection's bytes into lines.
 *
 * @example A line without an end, and one in two pieces after the first line end
 * ```ts
 * import assert from "node:assert/strict";
 * import { PtchatLineSplitter } from "./line_splitter.ts";
 * const bytes = (text: string) => new TextEncoder().encode(text);
 * const splitter = new PtchatLineSplitter();
 * splitter.push(bytes("hello"), 0);
 * assert.equal(splitter.flushAtMs, 100);
 * assert.deepEqual(splitter.flush(100), [{ kind: "text", text: "hello" }]);
 * splitter.push(bytes("hi\nby"), 200);
 * assert.deepEqual(splitter.push(bytes("e\n"), 2_000), [{ kind: "text", text: "bye" }]);
 * ```
 */
export class PtchatLineSplitter {
  #line = new Uint8Array(FIRST_BUFFER_BYTES);
  #length = 0;
  #tooLong = false;
  #lastWasCr = false;
  /** An unterminated line was returned: a line end that follows belongs to it. */
  #owesLineEnd = false;
  #endsLines = false;
  #excessBytes = 0;
  #telnet: Telnet = "none";
  #lastByteMs = 0;

  /** Bytes of the current line beyond the longest allowed. */
  get excessBytes(): number {
    return this.#excessBytes;
  }

  /** Whether the other end has sent a line end, and so will end its other lines as well. */
  get endsLines(): boolean {
    return this.#endsLines;
  }

  /** Adds bytes received at `nowMs` and returns the lines that they complete. */
  push(bytes: Uint8Array, nowMs: number): PtchatLine[] {
    const lines: PtchatLine[] = this.flush(nowMs);
    this.#lastByteMs = nowMs;
    for (const byte of bytes) {
      if (this.#telnet !== "none" || byte === IAC) {
        this.#telnet = afterTelnetByte(this.#telnet, byte);
      } else if (byte === LF) {
        this.#lastWasCr = false;
        this.#endsLines = true;
        this.#endLine(lines);
      } else if (byte === NUL && this.#lastWasCr) {
        this.#lastWasCr = false;
        this.#endsLines = true;
        this.#endLine(lines);
      } else {
        // A CR without a line end is part of the text, which is cleaned later.
        if (this.#lastWasCr) this.#append(CR);
        this.#lastWasCr = byte === CR;
        if (!this.#lastWasCr) this.#append(byte);
      }
    }
    return lines;
  }

  /** When {@linkcode flush} should be called, by the caller's clock; `undefined` when the buffer is empty. */
  get flushAtMs(): number | undefined {
    return this.#isEmpty() ? undefined : this.#lastByteMs + this.#patienceMs();
  }

  /** Returns the unterminated line after enough silence at `nowMs`; an incomplete character stays in the buffer. */
  flush(nowMs: number): PtchatLine[] {
    if (this.#isEmpty() || nowMs - this.#lastByteMs < this.#patienceMs()) return [];
    const complete = this.#completeLength();
    if (complete === 0 || complete === this.#length) return this.end();
    const rest = this.#line.slice(complete, this.#length);
    this.#length = complete;
    const lines = this.end();
    this.#lastByteMs = nowMs;
    for (const byte of rest) this.#append(byte);
    return lines;
  }

  /** Returns the rest, when no more bytes will follow. */
  end(): PtchatLine[] {
    if (this.#isEmpty()) return [];
    const lines: PtchatLine[] = [];
    this.#lastWasCr = false;
    this.#endLine(lines);
    this.#owesLineEnd = true;
    return lines;
  }

  #isEmpty(): boolean {
    return this.#length === 0 && !this.#tooLong && !this.#lastWasCr;
  }

  #patienceMs(): number {
    return this.#endsLines || this.#completeLength() < this.#length ? UNFINISHED_MS : QUIET_MS;
  }

  /** Length of the line up to the end of its last complete character. */
  #completeLength(): number {
    return this.#tooLong ? this.#length : completeUtf8Length(this.#line.subarray(0, this.#length));
  }

  #append(byte: number): void {
    this.#owesLineEnd = false;
    if (this.#length === MAX_PTCHAT_LINE_BYTES) {
      this.#tooLong = true;
      this.#excessBytes++;
      return;
    }
    if (this.#length === this.#line.length) {
      const larger = new Uint8Array(Math.min(this.#length * 2, MAX_PTCHAT_LINE_BYTES));
      larger.set(this.#line);
      this.#line = larger;
    }
    this.#line[this.#length++] = byte;
  }

  #endLine(lines: PtchatLine[]): void {
    const owed = this.#owesLineEnd && this.#length === 0 && !this.#tooLong;
    this.#owesLineEnd = false;
    if (!owed) {
      lines.push(
        this.#tooLong ? { kind: "too-long" } : decodeLine(this.#line.subarray(0, this.#length)),
      );
    }
    this.#length = 0;
    this.#tooLong = false;
    this.#excessBytes = 0;
  }
}

/**
 * Splits one datagram into lines; the end of the datagram ends the last one.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { splitDatagram } from "./line_splitter.ts";
 * assert.deepEqual(splitDatagram(new TextEncoder().encode("hi\n")), [{ kind: "text", text: "hi" }]);
 * ```
 */
export function splitDatagram(bytes: Uint8Array): PtchatLine[] {
  const splitter = new PtchatLineSplitter();
  return [...splitter.push(bytes, 0), ...splitter.end()];
}

function decodeLine(bytes: Uint8Array): PtchatLine {
  if (bytes.length === 0) return EMPTY_LINE;
  if (bytes.includes(NUL)) return { kind: "not-text" };
  try {
    return { kind: "text", text: decoder.decode(bytes) };
  } catch {
    return { kind: "not-text" }; // the only error of a fatal decoder
  }
}

function afterTelnetByte(state: Telnet, byte: number): Telnet {
  switch (state) {
    case "none":
      return "command";
    case "command":
      if (byte === SB) return "inside";
      return byte >= WILL && byte < IAC ? "option" : "none";
    case "option":
      return "none";
    case "inside":
      return byte === IAC ? "inside-command" : "inside";
    case "inside-command":
      return byte === SE ? "none" : "inside";
  }
}
