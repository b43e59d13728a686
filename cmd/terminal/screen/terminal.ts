/** The screen on a terminal that can move its cursor. @module */
import type { Completion, EnteredLine, FaceOutcome } from "../face.ts";
import { appendHistory, loadHistory, MAX_INPUT_HISTORY_LINES } from "./history.ts";
import { completeWord } from "./completion.ts";
import { LineEditor } from "./editor.ts";
import { KeyQueue } from "./key_queue.ts";
import { type KeyEvent, KeyReader, MAX_PASTE_LENGTH } from "./keys.ts";
import { inColumns, LINE_BREAK } from "./layout.ts";
import { LineQueue } from "./lines.ts";
import { consoleSize, ScreenMode } from "./mode.ts";
import { type Area, Painter } from "./painter.ts";
import { Questions } from "./questions.ts";
import type { Screen, ScreenOptions } from "./types.ts";
import { BatchWriter } from "./writer.ts";

// A terminal that is stopped for long gets the newest lines when it goes on.
const MAX_PENDING_LINES = 10_000;
const FINISH_WAIT_MS = 1_000;

/** A question instead of the ordinary input. */
interface Question {
  readonly prompt: string;
  readonly secret: boolean;
  readonly editor: LineEditor;
}

/** Draws with escape sequences and reads keys in raw mode. */
export class TerminalScreen implements Screen {
  readonly #options: ScreenOptions;
  readonly #painter = new Painter();
  readonly #mode: ScreenMode;
  readonly #writer: BatchWriter;
  readonly #editor: LineEditor;
  readonly #lines = new LineQueue(() => this.#keys.read());
  readonly #reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>;
  readonly #reading: Promise<void>;
  readonly #keys = new KeyQueue((event) => this.#handle(event));
  #pending: string[] = [];
  #dropped = 0;
  /** Whether the line that is being typed was begun by pasting. */
  #beginsWithPaste = false;
  #clearing = false;
  #status = "";
  #activity: (columns: number) => readonly string[] = () => [];
  #prompt = "> ";
  readonly #questions = new Questions<Question>(() => {
    this.#redraw();
    this.#keys.release();
  });
  #complete: (line: string, cursor: number) => Completion = () => ({ candidates: [], from: 0 });
  #state: "open" | "suspended" | "finishing" | "closed" = "open";

  constructor(options: ScreenOptions) {
    this.#options = options;
    const history = options.historyFile === undefined ? [] : loadHistory(options.historyFile);
    this.#editor = new LineEditor({
      history: history.toReversed(),
      historySize: MAX_INPUT_HISTORY_LINES,
      keepInHistory: (line) => this.#keep(line),
    });
    const end = () => this.#end("end-of-input");
    this.#writer = new BatchWriter(options.stdout, () => this.#compose(), end);
    this.#mode = new ScreenMode(options);
    addEventListener("unload", this.#restore);
    if (Deno.build.os !== "windows") {
      Deno.addSignalListener("SIGWINCH", this.#redraw);
      Deno.addSignalListener("SIGCONT", this.#goOn);
    }
    this.#reader = options.stdin.readable.getReader();
    this.#reading = this.#read();
    this.#mode.take(this.#painter.open());
    this.#redraw();
  }

  get outcome(): FaceOutcome {
    return this.#lines.outcome;
  }

  get interrupted(): Promise<void> {
    return this.#lines.interrupted;
  }

  print(line: string): void {
    this.#pending.push(...line.split(/\r?\n/));
    const over = this.#pending.length - MAX_PENDING_LINES;
    if (over > 0) {
      this.#pending = this.#pending.slice(over);
      this.#dropped += over;
    }
    this.#redraw();
  }

  setStatus(text: string): void {
    this.#status = text;
    this.#redraw();
  }

  setActivity(draw: (columns: number) => readonly string[]): void {
    this.#activity = draw;
    this.#redraw();
  }

  setPrompt(text: string): void {
    this.#prompt = text;
    this.#redraw();
  }

  setCompleter(complete: (line: string, cursor: number) => Completion): void {
    this.#complete = complete;
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
    if (this.#state === "finishing" || this.#state === "closed") return;
    this.#state = "finishing";
    this.#end("end-of-input");
    if (Deno.build.os !== "windows") {
      Deno.removeSignalListener("SIGWINCH", this.#redraw);
      Deno.removeSignalListener("SIGCONT", this.#goOn);
    }
    this.#writer.request();
    const stopped = Promise.withResolvers<void>();
    const timer = setTimeout(stopped.resolve, FINISH_WAIT_MS);
    await Promise.race([this.#writer.idle(), stopped.promise]);
    clearTimeout(timer);
    this.#restore();
    removeEventListener("unload", this.#restore);
    await this.#reader.cancel();
    await this.#reading;
    this.#editor[Symbol.dispose]();
  }

  #ask(prompt: string, secret: boolean): Promise<string | undefined> {
    const entered = this.#lines.take(); // typed or pasted together with what asks now
    if (entered !== undefined) return Promise.resolve(entered.text);
    return this.#questions.ask(() =>
      this.#lines.outcome === "open" ? { prompt, secret, editor: new LineEditor() } : undefined
    );
  }

  #answer(text: string | undefined): void {
    this.#questions.answer(text)?.editor[Symbol.dispose]();
  }

  async #read(): Promise<void> {
    using keys = new KeyReader((event) => this.#keys.push(event));
    try {
      for (;;) {
        const { done, value } = await this.#reader.read();
        if (done) break;
        keys.write(value);
      }
    } catch {
      // the terminal is gone, which is the end of input as well
    }
    this.#end("end-of-input");
  }

  #handle(event: KeyEvent): void {
    this.#redraw();
    const editor = this.#questions.current?.editor ?? this.#editor;
    if (event.kind === "paste") return this.#paste(editor, event);
    const { text, key } = event;
    const control = key.ctrl === true ? key.name : undefined;
    if (control === "c") this.#interrupt(editor);
    else if (control === "d" && editor.text === "") this.#endOfInput();
    else if (control === "l") this.#clearing = true;
    else if (control === "z") this.#suspend();
    else if (key.name === "return" && key.meta === true) editor.insert(LINE_BREAK);
    else if (key.name === "return" || key.name === "enter") this.#enter(editor);
    else if (key.name === "tab") this.#tab();
    else editor.press(text, key);
  }

  #interrupt(editor: LineEditor): void {
    if (this.#questions.current !== undefined) this.#answer(undefined);
    else if (editor.text !== "") editor.clear();
    else this.#end("interrupted");
  }

  /** Gives the terminal to the shell, which gives it back by SIGCONT. */
  #suspend(): void {
    if (Deno.build.os === "windows") return;
    this.#state = "suspended";
    this.#mode.giveBack(this.#painter.finish([], consoleSize().columns));
    Deno.kill(Deno.pid, "SIGTSTP");
    // Where no shell could wake it, the system does not stop it either.
    setTimeout(this.#goOn, 0);
  }

  readonly #goOn = (): void => {
    if (this.#state !== "open" && this.#state !== "suspended") return;
    this.#state = "open";
    this.#mode.take(this.#painter.open());
    this.#redraw();
  };

  #endOfInput(): void {
    if (this.#questions.current !== undefined) this.#answer(undefined);
    else this.#end("end-of-input");
  }

  #enter(editor: LineEditor): void {
    const entered = editor.enter();
    if (this.#questions.current !== undefined) {
      // What follows is for whoever asks next, or for nobody: it waits until they had their turn.
      this.#keys.hold();
      return this.#answer(entered.replaceAll(LINE_BREAK, " "));
    }
    if (entered === "") return;
    this.#remember(entered);
    this.#keys.hold();
    const lines = entered.split(LINE_BREAK);
    const isPasted = this.#beginsWithPaste && lines.length > 1;
    this.#beginsWithPaste = false;
    if (lines.length > 1 && !isPasted && isCommand(lines[0]!)) {
      return this.print("! A command has one line: nothing was done, and nothing was said");
    }
    for (const text of lines) this.#lines.push({ text, isText: lines.length > 1 });
  }

  #paste(editor: LineEditor, { text, isTooLong }: KeyEvent & { kind: "paste" }): void {
    if (isTooLong) {
      const most = MAX_PASTE_LENGTH / 1024;
      return this.print(`! What you pasted was not taken: it has more than ${most} Ki characters`);
    }
    if (editor.text === "") this.#beginsWithPaste = true;
    editor.insert(text);
  }

  #keep(line: string): boolean {
    const keep = this.#options.keepInHistory ?? (() => true);
    return line.split(LINE_BREAK).every((part) => keep(part));
  }

  #remember(line: string): void {
    const { historyFile } = this.#options;
    if (historyFile !== undefined && this.#keep(line)) appendHistory(historyFile, line);
  }

  #tab(): void {
    if (this.#questions.current !== undefined) return;
    const { text, cursor } = this.#editor;
    const completion = this.#complete(text, cursor);
    const result = completeWord(text.slice(completion.from, cursor), completion);
    if (result.kind === "replace") this.#editor.replaceBack(completion.from, result.text);
    if (result.kind !== "show") return;
    for (const row of inColumns(result.candidates, consoleSize().columns - 1)) this.print(row);
  }

  #end(outcome: Exclude<FaceOutcome, "open">): void {
    this.#lines.end(outcome);
    this.#answer(undefined);
    this.#keys.release();
  }

  readonly #redraw = (): void => {
    if (this.#state !== "closed") this.#writer.request();
  };

  #compose(): string {
    if (this.#state === "closed" || this.#state === "suspended") return "";
    const lines = this.#pending;
    if (this.#dropped > 0) lines.unshift(`... ${this.#dropped} lines were not shown`);
    [this.#pending, this.#dropped] = [[], 0];
    const size = consoleSize();
    if (this.#state === "finishing") return this.#painter.finish(lines, size.columns);
    const cleared = this.#clearing ? this.#painter.clear() : "";
    this.#clearing = false;
    return cleared + this.#painter.paint(lines, this.#area(), size);
  }

  #area(): Area {
    const { prompt, secret, editor } = this.#questions.current ??
      { prompt: this.#prompt, secret: false, editor: this.#editor };
    const typed = secret ? { text: "", cursor: 0 } : { text: editor.text, cursor: editor.cursor };
    return { activity: this.#activity, status: this.#status, prompt, ...typed };
  }

  /** Gives the terminal back as it was, also when the process exits in the middle. */
  readonly #restore = (): void => {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#mode.giveBack();
  };
}

/** A slash and a name; a path has more of them. */
function isCommand(line: string): boolean {
  return /^\s*\/[a-z]+(?:\s|$)/i.test(line);
}
