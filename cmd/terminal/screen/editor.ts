/**
 * The line that is being typed, edited by `node:readline` (history, words, kill and yank, undo). Its
 * output is discarded: the screen draws.
 *
 * @module
 */
import { createInterface, type Interface, type Key } from "node:readline";
import { PassThrough, Writable } from "node:stream";
import type { KeyPress } from "./keys.ts";
import { splitGraphemes } from "./layout.ts";

/** Options for {@linkcode LineEditor}. */
export interface EditorOptions {
  /** Earlier lines, newest first. */
  readonly history?: readonly string[];
  /** Most lines kept; 0 for none, e.g. for secrets. */
  readonly historySize?: number;
  /** Whether an entered line may be kept in the history. */
  readonly keepInHistory?: (line: string) => boolean;
}

/** A line, a cursor, and the keys that change them. */
export class LineEditor implements Disposable {
  readonly #readline: Interface;

  constructor({ history = [], historySize = 0, keepInHistory = () => true }: EditorOptions = {}) {
    this.#readline = createInterface({
      input: new PassThrough(),
      output: new Writable({ write: (_chunk, _encoding, done) => done() }),
      terminal: true,
      history: [...history],
      historySize,
    });
    this.#readline.on("history", (lines: string[]) => {
      if (lines[0] !== undefined && !keepInHistory(lines[0])) lines.shift();
    });
    // Without these listeners readline would stop the process.
    this.#readline.on("SIGTSTP", () => {});
    this.#readline.on("SIGINT", () => {});
  }

  get text(): string {
    return this.#readline.line;
  }

  /** Index into the text, in UTF-16 units. */
  get cursor(): number {
    return this.#readline.cursor;
  }

  /** Inserts text at the cursor, without line breaks. */
  insert(text: string): void {
    this.#readline.write(text);
  }

  /** Replaces the text from `from` to the cursor. */
  replaceBack(from: number, text: string): void {
    const codePoints = [...this.text.slice(from, this.cursor)].length;
    this.#repeat({ name: "backspace" }, codePoints);
    this.insert(text);
  }

  /** Clears the line; Ctrl-Y restores it. */
  clear(): void {
    this.#readline.write("", { name: "e", ctrl: true });
    this.#readline.write("", { name: "u", ctrl: true });
  }

  /** Adds the line to the history, and starts an empty one. */
  enter(): void {
    this.#readline.write("\r", { name: "return" });
  }

  /** Handles any other key. Cursor and delete keys work on whole graphemes. */
  press({ text, key }: Pick<KeyPress, "text" | "key">): void {
    const modified = key.ctrl === true || key.meta === true;
    if (!modified && (key.name === "left" || key.name === "backspace")) {
      const before = [...splitGraphemes(this.text.slice(0, this.cursor))].at(-1) ?? "";
      this.#repeat(key, [...before].length);
    } else if (!modified && (key.name === "right" || key.name === "delete")) {
      const [after = ""] = splitGraphemes(this.text.slice(this.cursor));
      this.#repeat(key, [...after].length);
    } else {
      this.#readline.write(text ?? "", key);
    }
  }

  [Symbol.dispose](): void {
    this.#readline.close();
  }

  #repeat(key: Key, times: number): void {
    for (let left = times; left > 0; left--) this.#readline.write("", key);
  }
}
