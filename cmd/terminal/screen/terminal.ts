/** The screen on a terminal that can move its cursor. @module */
import type { Completion, EnteredLine, FaceOutcome } from "../face/face.ts";
import { completeWord } from "./completion.ts";
import { Display } from "./display.ts";
import { LineEditor } from "./editor.ts";
import { InputHistory } from "./history.ts";
import { InputReader } from "./input_reader.ts";
import {
  currentQuestion,
  FIRST_INPUT,
  type InputEffect,
  type InputEvent,
  type InputState,
  stepInput,
} from "./input_state.ts";
import { KeyQueue } from "./key_queue.ts";
import { KeyReader } from "./keys.ts";
import { inColumns } from "./layout.ts";
import { LineQueue } from "./line_queue.ts";
import { consoleSize } from "./mode.ts";
import type { Area } from "./painter.ts";
import { PendingAnswers, type QuestionText } from "./questions.ts";
import type { Screen, ScreenArea, ScreenOptions } from "./types.ts";

const EMPTY_AREA: ScreenArea = { prompt: "> ", status: "", activity: () => [] };

/** Draws with escape sequences and reads keys in raw mode. */
export class TerminalScreen implements Screen {
  readonly #display: Display;
  readonly #reader: InputReader;
  readonly #history: InputHistory;
  readonly #editor: LineEditor;
  readonly #answers = new PendingAnswers();
  readonly #lines = new LineQueue(() => this.#keys.read());
  readonly #keys = new KeyQueue((event) => {
    this.#step({ ...event, typed: this.#activeEditor().text });
  });
  #state: InputState = FIRST_INPUT;
  #area: ScreenArea = EMPTY_AREA;
  #complete: (line: string, cursor: number) => Completion = () => ({ candidates: [], from: 0 });

  constructor(options: ScreenOptions) {
    this.#history = new InputHistory(options);
    this.#editor = this.#history.openEditor();
    const end = () => this.#step({ kind: "ended" });
    this.#display = new Display({ ...options, area: () => this.#drawnArea(), onLost: end });
    const keys = new KeyReader((event) => this.#keys.push(event));
    this.#reader = new InputReader(options.stdin, (bytes) => keys.write(bytes), () => {
      keys[Symbol.dispose]();
      end();
    });
    this.#display.open();
  }

  get outcome(): FaceOutcome {
    return this.#lines.outcome;
  }

  get interrupted(): Promise<void> {
    return this.#lines.interrupted;
  }

  print(line: string): void {
    this.#display.print(line);
  }

  show(area: Partial<ScreenArea>): void {
    this.#area = { ...this.#area, ...area };
    this.#display.redraw();
  }

  setCompleter(complete: (line: string, cursor: number) => Completion): void {
    this.#complete = complete;
  }

  lines(): AsyncIterableIterator<EnteredLine> {
    return this.#lines;
  }

  ask(text: QuestionText): Promise<string | undefined> {
    const entered = this.#lines.take(); // typed or pasted ahead of the question
    if (entered !== undefined) return Promise.resolve(entered.text);
    const { question, answer } = this.#answers.add(text);
    this.#step({ kind: "asked", question });
    return answer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#step({ kind: "ended" });
    if (!await this.#display.finish()) return;
    await this.#reader.close();
    this.#editor[Symbol.dispose]();
  }

  #step(event: InputEvent): void {
    const { state, effects } = stepInput(this.#state, event);
    this.#state = state;
    for (const effect of effects) this.#perform(effect);
    this.#display.redraw();
  }

  #perform(effect: InputEffect): void {
    switch (effect.do) {
      case "press":
        return this.#activeEditor().press(effect.key);
      case "insert":
        return this.#activeEditor().insert(effect.text);
      case "clear-line":
        return this.#activeEditor().clear();
      case "complete":
        return this.#completeWord();
      case "enter":
        this.#editor.enter();
        return this.#history.remember(effect.text);
      case "give":
        return this.#lines.push(effect.line);
      case "answer":
        return this.#answers.settle(effect.id, effect.text);
      case "end":
        return this.#lines.end(effect.outcome);
      case "hold-keys":
        return this.#keys.hold();
      case "release-keys":
        return this.#keys.release();
      case "print":
        return this.#display.print(effect.text);
      case "clear-screen":
        return this.#display.clear();
      case "suspend":
        return this.#display.suspend();
    }
  }

  #completeWord(): void {
    const { text, cursor } = this.#editor;
    const completion = this.#complete(text, cursor);
    const result = completeWord(text.slice(completion.from, cursor), completion);
    if (result.kind === "replace") this.#editor.replaceBack(completion.from, result.text);
    if (result.kind !== "show") return;
    for (const row of inColumns(result.candidates, consoleSize().columns - 1)) this.print(row);
  }

  #drawnArea(): Area {
    const { prompt = this.#area.prompt, isSecret = false } = currentQuestion(this.#state) ?? {};
    const { text, cursor } = isSecret ? { text: "", cursor: 0 } : this.#activeEditor();
    return { ...this.#area, prompt, text, cursor };
  }

  /** The line that receives keys. */
  #activeEditor(): LineEditor {
    const question = currentQuestion(this.#state);
    return (question && this.#answers.editorOf(question)) ?? this.#editor;
  }
}
