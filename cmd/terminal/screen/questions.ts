/** Questions to the person at the screen. @module */

/** Asks one question after the other: the next one's turn comes when the one before has its answer. */
export class Questions<Question> {
  readonly #onAsked: (question: Question) => void;
  #open:
    | { readonly question: Question; readonly answered: (text: string | undefined) => void }
    | undefined;
  #last: Promise<unknown> = Promise.resolve();

  /** `onAsked` shows a question that is the current one from then on. */
  constructor(onAsked: (question: Question) => void) {
    this.#onAsked = onAsked;
  }

  /** The question that waits for its answer. */
  get current(): Question | undefined {
    return this.#open?.question;
  }

  /** Gives the answer. When its turn comes, `make` may still say that there is nobody to ask any more. */
  ask(make: () => Question | undefined): Promise<string | undefined> {
    const answer = this.#last.then(() => {
      const question = make();
      if (question === undefined) return undefined;
      const { promise, resolve } = Promise.withResolvers<string | undefined>();
      this.#open = { question, answered: resolve };
      this.#onAsked(question);
      return promise;
    });
    this.#last = answer;
    return answer;
  }

  /** Answers the current question, and gives it back. */
  answer(text: string | undefined): Question | undefined {
    const open = this.#open;
    this.#open = undefined;
    open?.answered(text);
    return open?.question;
  }
}
