/** Questions to the user, and their answers. @module */
import { LineEditor } from "./editor.ts";

/** A question to the user. */
export interface ScreenQuestion {
  readonly id: number;
  readonly prompt: string;
  /** Whether the answer is not echoed. */
  readonly isSecret: boolean;
}

/** Unanswered questions, oldest first. */
export type OpenQuestions = readonly [ScreenQuestion, ...ScreenQuestion[]];

/** The argument of {@linkcode Screen.ask}. */
export type QuestionText = Omit<ScreenQuestion, "id">;

/** The promise of each answer, and the line on which it is typed. */
export class PendingAnswers {
  readonly #answers = new Map<number, PendingAnswer>();
  #lastId = 0;

  /** Makes a question and the promise of its answer. */
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

  /** Resolves the answer; `undefined` without one. */
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
