/** Questions to the person at the screen. @module */
import { LineEditor } from "./editor.ts";

/** A question; its number tells it from others. */
export interface ScreenQuestion {
  readonly id: number;
  readonly prompt: string;
  /** Whether the answer is typed without echo. */
  readonly isSecret: boolean;
}

/** Questions without an answer, in the order in which they were asked. */
export type OpenQuestions = readonly [ScreenQuestion, ...ScreenQuestion[]];

/** What is asked, as in {@linkcode Screen.ask}. */
export type QuestionText = Omit<ScreenQuestion, "id">;

/** The answers that are waited for, and the line that each is typed on. */
export class PendingAnswers {
  readonly #answers = new Map<number, PendingAnswer>();
  #lastId = 0;

  /** A new question, and the promise of its answer. */
  add(text: QuestionText): { question: ScreenQuestion; answer: Promise<string | undefined> } {
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    const question = { ...text, id: ++this.#lastId };
    this.#answers.set(question.id, { resolve, editor: new LineEditor() });
    return { question, answer: promise };
  }

  /** The line on which the answer is typed. */
  editorOf({ id }: ScreenQuestion): LineEditor | undefined {
    return this.#answers.get(id)?.editor;
  }

  /** Gives the answer to who has asked; `undefined`: there is none. */
  settle(id: number, text: string | undefined): void {
    const pending = this.#answers.get(id);
    this.#answers.delete(id);
    pending?.editor[Symbol.dispose]();
    pending?.resolve(text);
  }
}

interface PendingAnswer {
  readonly editor: LineEditor;
  resolve(text: string | undefined): void;
}
