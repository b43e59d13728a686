/**
 * The line that is being typed. `node:readline` edits it (history, words, kill and yank, undo); what
 * it would draw is thrown away, since the screen draws.
 *
 * @module
 */
import { createInterface, type Interface, type Key } from "node:readline";
import { PassThrough, Writable } from "node:stream";
import { splitGraphemes } from "./layout.ts";

/** What an editor starts with. */
export interface EditorOptions {
  /** Earlier lines, newest first; without it nothing typed is remembered, e.g. for secrets. */
  readonly history?: readonly string[];
  readonly historySize?: number;
  /** Whether a line that was entered may be remembered. */
  readonly keepInHistory?: (line: string) => boolean;
}

/** A line, a cursor, and the keys that change them. */
export class LineEditor implements Disposable {
  readonly #readline: Interface;
  #entered: string | undefined;

  constructor({ history = [], historySize = 0, keepInHistory = () => true }: EditorOptions = {}) {
    this.#readline = createInterface({
      input: new PassThrough(),
      output: new Writable({ write: (_chunk, _encoding, done) => done() }),
      terminal: true,
      history: [...history],
      historySize,
    });
    this.#readline.on("line", (line: string) => this.#entered = line);
    this.#readline.on("history", (lines: string[]) => {
      if (lines[0] !== undefined && !keepInHistory(lines[0])) lines.shift();
    });
    // Without a listener readline would stop the whole process itself.
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

  /** Puts text at the cursor; it must hold no line break. */
  insert(text: string): void {
    this.#readline.write(text);
  }

  /** Takes the part from `from` to the cursor out, and puts `text` there. */
  replaceBack(from: number, text: string): void {
    const codePoints = [...this.text.slice(from, this.cursor)].length;
    this.#repeat({ name: "backspace" }, codePoints);
    this.insert(text);
  }

  /** Empties the line; Ctrl-Y brings it back. */
  clear(): void {
    this.#readline.write("", { name: "e", ctrl: true });
    this.#readline.write("", { name: "u", ctrl: true });
  }

  /** Ends the line: gives it, and begins an empty one. */
  enter(): string {
    this.#entered = undefined;
    this.#readline.write("\r", { name: "return" });
    return this.#entered ?? "";
  }

  /** Any other key. Cursor and delete keys take a whole visible character, not a part of it. */
  press(text: string | undefined, key: Key): void {
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
