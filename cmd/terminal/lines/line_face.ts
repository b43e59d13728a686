/** The face of a client off a terminal: events out, commands in, a line each. @module */
import type { EnteredLine, Face, FaceOutcome } from "../face/face.ts";
import type { ShownEvent } from "../words/shown_event.ts";
import { ProgressPace } from "./progress_pace.ts";
import { InputLines } from "./standard_input.ts";

/** Options for {@linkcode LineFace}. */
export interface LineFaceOptions {
  readonly input: ReadableStream<Uint8Array>;
  /** Writes text, which includes its line ends. */
  readonly write: (text: string) => void;
  /** An event as lines, or `undefined` when it is not shown. */
  readonly format: (event: ShownEvent) => string | undefined;
}

/** Lines in and out; `format` decides how they look. */
export class LineFace implements Face {
  readonly interactive = false;
  readonly interrupted: Promise<void> = new Promise(() => {});
  readonly #options: LineFaceOptions;
  readonly #input: InputLines;
  readonly #pace = new ProgressPace();
  #outcome: FaceOutcome = "open";

  constructor(options: LineFaceOptions) {
    this.#options = options;
    this.#input = new InputLines(options.input);
  }

  get outcome(): FaceOutcome {
    return this.#outcome;
  }

  show(event: ShownEvent): void {
    if (!this.#pace.isDue(event)) return;
    const text = this.#options.format(event);
    if (text !== undefined) this.#options.write(`${text}\n`);
  }

  ask(): Promise<string | undefined> {
    return this.#input.next();
  }

  askSecret(): Promise<string | undefined> {
    return this.#input.next();
  }

  async *lines(): AsyncGenerator<EnteredLine, void, undefined> {
    for (let text; (text = await this.#input.next()) !== undefined;) yield { text, isText: false };
    this.#outcome = "end-of-input";
  }

  attach(): void {
    // no completion, no status line
  }

  refresh(): void {
    // no prompt
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#input.close();
  }
}
