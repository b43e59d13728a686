/**
 * The screen on a terminal that can only print (TERM=dumb): the terminal itself edits the line.
 *
 * @module
 */
import { stripVTControlCharacters } from "node:util";
import type { EnteredLine, FaceOutcome } from "../face.ts";
import { LineEditor } from "./editor.ts";
import { type KeyEvent, KeyReader } from "./keys.ts";
import { LineQueue } from "./lines.ts";
import { Questions } from "./questions.ts";
import type { Screen, ScreenOptions } from "./types.ts";
import { BatchWriter } from "./writer.ts";

interface Question {
  readonly prompt: string;
  readonly secret: boolean;
}

/** Prints lines and a prompt; no status line, no completion, no history. */
export class PlainScreen implements Screen {
  readonly #options: ScreenOptions;
  readonly #lines = new LineQueue(() => this.#flushEarly());
  readonly #writer: BatchWriter;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>;
  readonly #reading: Promise<void>;
  readonly #secretKeys = new KeyReader((event) => this.#secretKey(event));
  readonly #secretEditor = new LineEditor();
  #pending = "";
  #prompt = "> ";
  #typed = "";
  /** What was entered before anybody read a line: for the questions that come until then. */
  #early: string[] | undefined = [];
  readonly #questions = new Questions<Question>(({ prompt, secret }) => {
    if (secret) this.#options.stdin.setRaw(true);
    this.#write(`\r${prompt}`);
    const early = this.#early?.shift();
    if (early !== undefined) this.#answer(early);
  });

  constructor(options: ScreenOptions) {
    this.#options = options;
    this.#writer = new BatchWriter(options.stdout, () => this.#compose(), this.#ended);
    Deno.addSignalListener("SIGINT", this.#interrupted);
    addEventListener("unload", this.#echo);
    this.#reader = options.stdin.readable.getReader();
    this.#reading = this.#read();
    this.#write(this.#prompt);
  }

  get outcome(): FaceOutcome {
    return this.#lines.outcome;
  }

  get interrupted(): Promise<void> {
    return this.#lines.interrupted;
  }

  print(line: string): void {
    this.#write(
      `\r${stripVTControlCharacters(line)}\n${this.#questions.current?.prompt ?? this.#prompt}`,
    );
  }

  setStatus(_text: string): void {
    // a line that changes in place needs a cursor that moves
  }

  setActivity(): void {
    // as above
  }

  setPrompt(text: string): void {
    this.#prompt = stripVTControlCharacters(text);
  }

  setCompleter(): void {
    // Tab belongs to the terminal's own line editing
  }

  lines(): AsyncIterableIterator<EnteredLine> {
    return this.#lines;
  }

  ask(prompt: string): Promise<string | undefined> {
    return this.#ask(prompt, false);
  }

  askSecret(prompt: string): Promise<string | undefined> {
    return this.#ask(prompt, true);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    Deno.removeSignalListener("SIGINT", this.#interrupted);
    removeEventListener("unload", this.#echo);
    this.#ended();
    this.#echo();
    this.#write("\n");
    await this.#writer.idle();
    await this.#reader.cancel();
    await this.#reading;
    this.#secretEditor[Symbol.dispose]();
  }

  #ask(prompt: string, secret: boolean): Promise<string | undefined> {
    return this.#questions.ask(() =>
      this.#lines.outcome === "open"
        ? { prompt: stripVTControlCharacters(prompt), secret }
        : undefined
    );
  }

  #answer(text: string | undefined): void {
    const question = this.#questions.answer(text);
    if (question === undefined) return;
    if (question.secret) this.#echo();
    if (question.secret) this.#write("\n");
    this.#write(this.#prompt);
  }

  async #read(): Promise<void> {
    const decoder = new TextDecoder();
    try {
      for (;;) {
        const { done, value } = await this.#reader.read();
        if (done) break;
        if (this.#questions.current?.secret === true) this.#secretKeys.write(value);
        else this.#take(decoder.decode(value, { stream: true }));
      }
    } catch {
      // the terminal is gone, which is the end of input as well
    }
    this.#ended();
  }

  #take(text: string): void {
    const lines = (this.#typed + text).split("\n");
    this.#typed = lines.pop() ?? "";
    for (const line of lines) {
      if (this.#questions.current !== undefined) this.#answer(line);
      else {
        if (this.#early) this.#early.push(line);
        else if (line !== "") this.#lines.push({ text: line, isText: false });
        this.#write(this.#prompt);
      }
    }
  }

  #flushEarly(): void {
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const line of early) if (line !== "") this.#lines.push({ text: line, isText: false });
  }

  #secretKey(event: KeyEvent): void {
    if (event.kind === "paste") return this.#secretEditor.insert(event.text);
    const { text, key } = event;
    const leaves = key.name === "c" || (key.name === "d" && this.#secretEditor.text === "");
    if (key.ctrl === true && leaves) {
      this.#secretEditor.clear();
      this.#answer(undefined);
    } else if (key.name === "return" || key.name === "enter") {
      this.#answer(this.#secretEditor.enter());
    } else this.#secretEditor.press(text, key);
  }

  #write(text: string): void {
    this.#pending += text;
    this.#writer.request();
  }

  #compose(): string {
    // In raw mode, while a secret is typed, a line feed alone does not return the carriage.
    const text = this.#questions.current?.secret === true
      ? this.#pending.replaceAll("\n", "\r\n")
      : this.#pending;
    this.#pending = "";
    return text;
  }

  readonly #ended = (): void => {
    this.#lines.end("end-of-input");
    this.#answer(undefined);
  };

  readonly #interrupted = (): void => {
    if (this.#questions.current !== undefined) return this.#answer(undefined);
    this.#lines.end("interrupted");
  };

  /** Lets the terminal show again what is typed. */
  readonly #echo = (): void => {
    try {
      this.#options.stdin.setRaw(false);
    } catch {
      // the terminal has been closed: nothing to restore
    }
  };
}
