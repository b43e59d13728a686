/** Parses the bytes of a terminal in raw mode into keys and pasted text. @module */
import { Buffer } from "node:buffer";
import { emitKeypressEvents, type Key } from "node:readline";
import { PassThrough } from "node:stream";
import { cleanSpeech } from "../../../core/ground/text.ts";
import { LINE_BREAK } from "./layout.ts";

/** Turns bracketed paste on. */
export const PASTE_MARKS_ON = "\x1b[?2004h";
/** Turns bracketed paste off. */
export const PASTE_MARKS_OFF = "\x1b[?2004l";

/** Longest paste that is accepted, in characters. */
export const MAX_PASTE_LENGTH = 64 * 1024;
/** A paste without its end mark ends after so long without input: the mark was lost. */
const PASTE_SILENCE_MS = 1_000;
const CTRL_C = "\x03";

const PASTE_START = "\x1b[200~";
const PASTE_END = "\x1b[201~";

/** A key, and the text that it types. */
export interface KeyPress {
  readonly kind: "key";
  readonly text: string | undefined;
  readonly key: Key;
}

/** Pasted text: without control characters, line breaks as `LINE_BREAK`. */
export interface PastedText {
  readonly kind: "paste";
  readonly text: string;
  /** It was longer than the limit; `text` is empty. */
  readonly isTooLong: boolean;
}

/** What a terminal in raw mode sends. */
export type KeyEvent = KeyPress | PastedText;

/** Parses keys, and calls `onKey` for each in order. */
export class KeyReader implements Disposable {
  readonly #decoder = new TextDecoder();
  readonly #stream = new PassThrough();
  #unread = "";
  #pasted: string | undefined;
  #silence: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly onKey: (event: KeyEvent) => void) {
    emitKeypressEvents(this.#stream);
    this.#stream.on("keypress", (text: string | undefined, key: Key) => {
      onKey({ kind: "key", text, key });
    });
  }

  /** Parses a chunk; marks, characters and keys may be split between chunks. */
  write(bytes: Uint8Array): void {
    clearTimeout(this.#silence);
    const text = this.#decoder.decode(bytes, { stream: true });
    // A chunk of its own is a key press, which must work even if the end mark was lost.
    if (this.#pasted !== undefined && text === CTRL_C) this.#endPaste();
    this.#unread += text;
    this.#readAll();
    if (this.#pasted !== undefined) {
      this.#silence = setTimeout(() => this.#endPaste(), PASTE_SILENCE_MS);
    }
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#silence);
  }

  #endPaste(): void {
    this.#take(this.#unread);
    this.#unread = "";
    this.#turn();
  }

  #readAll(): void {
    while (this.#unread !== "") {
      const mark = this.#pasted === undefined ? PASTE_START : PASTE_END;
      const at = this.#unread.indexOf(mark);
      const end = at < 0 ? this.#unread.length - halfMark(this.#unread, mark) : at;
      this.#take(this.#unread.slice(0, end));
      this.#unread = this.#unread.slice(at < 0 ? end : at + mark.length);
      if (at < 0) return;
      this.#turn();
    }
  }

  #take(text: string): void {
    if (text === "") return;
    if (this.#pasted === undefined) {
      // Bypasses the stream's buffer: keys and pastes must stay in order.
      this.#stream.emit("data", Buffer.from(text));
    } else this.#pasted = (this.#pasted + text).slice(0, MAX_PASTE_LENGTH + 1);
  }

  #turn(): void {
    const pasted = this.#pasted;
    this.#pasted = pasted === undefined ? "" : undefined;
    if (!pasted) return;
    const isTooLong = pasted.length > MAX_PASTE_LENGTH;
    this.onKey({ kind: "paste", text: isTooLong ? "" : cleanPaste(pasted), isTooLong });
  }
}

/** The length of the part of `mark` that the text ends with; a lone escape is the Escape key. */
function halfMark(text: string, mark: string): number {
  for (let length = mark.length - 1; length > 1; length--) {
    if (text.endsWith(mark.slice(0, length))) return length;
  }
  return mark === PASTE_END && text.endsWith("\x1b") ? 1 : 0;
}

/** Drops one trailing line break: copied lines end with one. */
function cleanPaste(text: string): string {
  const lines = text.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n");
  return lines.map(cleanSpeech).join(LINE_BREAK);
}
