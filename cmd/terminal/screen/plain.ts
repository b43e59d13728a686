/**
 * The screen on a terminal that can only print (TERM=dumb): the terminal itself edits the line.
 *
 * @module
 */
import { stripVTControlCharacters } from "node:util";
import { yieldTurn } from "../../../core/ground/breathe.ts";
import type { EnteredLine, FaceOutcome } from "../face/face.ts";
import type { LineEditor } from "./editor.ts";
import { InputReader } from "./input_reader.ts";
import { KeyReader } from "./keys.ts";
import { LineQueue } from "./line_queue.ts";
import {
  FIRST_PLAIN,
  type PlainEffect,
  type PlainEvent,
  type PlainState,
  stepPlain,
} from "./plain_state.ts";
import { PlainTerminal } from "./plain_terminal.ts";
import { PendingAnswers, type QuestionText, type ScreenQuestion } from "./questions.ts";
import type { Screen, ScreenArea, ScreenOptions } from "./types.ts";

/** Prints lines and a prompt; no status line, no completion, no history. */
export class PlainScreen implements Screen {
  readonly #terminal: PlainTerminal;
  readonly #reader: InputReader;
  readonly #decoder = new TextDecoder();
  readonly #answers = new PendingAnswers();
  readonly #lines = new LineQueue(() => this.#step({ kind: "read" }));
  readonly #secretKeys = new KeyReader((event) => {
    this.#step({ ...event, typed: this.#secretEditor()?.text ?? "" });
  });
  #state: PlainState = FIRST_PLAIN;
  #prompt = "> ";

  constructor(options: ScreenOptions) {
    const end = () => this.#step({ kind: "ended" });
    this.#terminal = new PlainTerminal(options, end);
    Deno.addSignalListener("SIGINT", this.#interrupt);
    this.#reader = new InputReader(options.stdin, (bytes) => this.#read(bytes), end);
    this.#terminal.write(this.#prompt);
  }

  get outcome(): FaceOutcome {
    return this.#lines.outcome;
  }

  get interrupted(): Promise<void> {
    return this.#lines.interrupted;
  }

  print(line: string): void {
    const prompt = this.#question?.prompt ?? this.#prompt;
    this.#terminal.write(`\r${stripVTControlCharacters(line)}\n${prompt}`);
  }

  /** Only the prompt is shown: the rest needs a cursor that can be moved. */
  show({ prompt }: Partial<ScreenArea>): void {
    if (prompt !== undefined) this.#prompt = stripVTControlCharacters(prompt);
  }

  setCompleter(): void {
    // Tab is handled by the terminal's own line editing
  }

  lines(): AsyncIterableIterator<EnteredLine> {
    return this.#lines;
  }

  ask({ prompt, isSecret }: QuestionText): Promise<string | undefined> {
    const text = { prompt: stripVTControlCharacters(prompt), isSecret };
    const { question, answer } = this.#answers.add(text);
    this.#step({ kind: "asked", question });
    return answer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    Deno.removeSignalListener("SIGINT", this.#interrupt);
    this.#step({ kind: "ended" });
    await this.#terminal.close();
    await this.#reader.close();
    this.#secretKeys[Symbol.dispose]();
  }

  readonly #interrupt = (): void => this.#step({ kind: "interrupted" });

  get #question(): ScreenQuestion | undefined {
    return this.#state.at === "asking" ? this.#state.questions[0] : undefined;
  }

  #secretEditor(): LineEditor | undefined {
    return this.#question && this.#answers.editorOf(this.#question);
  }

  /** Handles a line in each turn of the event loop: what it answers may ask for the next one. */
  async #read(bytes: Uint8Array): Promise<void> {
    let isFirst = true;
    for (const line of splitAfterLines(bytes)) {
      if (!isFirst) await yieldTurn();
      isFirst = false;
      if (this.#question?.isSecret === true) this.#secretKeys.write(line);
      else this.#step({ kind: "text", text: this.#decoder.decode(line, { stream: true }) });
    }
  }

  #step(event: PlainEvent): void {
    const { state, effects } = stepPlain(this.#state, event);
    this.#state = state;
    for (const effect of effects) this.#perform(effect);
  }

  #perform(effect: PlainEffect): void {
    switch (effect.do) {
      case "press":
        return this.#secretEditor()?.press(effect.key);
      case "insert":
        return this.#secretEditor()?.insert(effect.text);
      case "give":
        return this.#lines.push({ text: effect.text, isText: false });
      case "answer":
        return this.#answers.settle(effect.id, effect.text);
      case "end":
        return this.#lines.end(effect.outcome);
      case "write-prompt":
        return this.#terminal.write(this.#prompt);
      case "write-question":
        return this.#terminal.write(`\r${effect.prompt}`);
      case "hide-typing":
        return this.#terminal.hideTyping();
      case "show-typing":
        this.#terminal.showTyping();
        return this.#terminal.write("\n");
    }
  }
}

/** The parts of `bytes` that end with a line feed, or in raw mode a carriage return, and the rest. */
function* splitAfterLines(bytes: Uint8Array): Generator<Uint8Array> {
  for (let from = 0; from < bytes.length;) {
    const length = bytes.subarray(from).findIndex((byte) => byte === 0x0a || byte === 0x0d) + 1;
    const to = length === 0 ? bytes.length : from + length;
    yield bytes.subarray(from, to);
    from = to;
  }
}
