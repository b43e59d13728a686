/** Results of commands, and what a session has under way. @module */
import type { MaybePromise } from "../../../../ground/maybe_promise.ts";
import type { MultilineDraft } from "./multiline_draft.ts";
import type { LabelledAnswer } from "./output.ts";
import type { SaslMessage } from "./sasl_message.ts";

/** What is left of a command once something slow is done: it runs in the command's own context. */
export type Continuation = Promise<() => CommandResult>;

/** An answer of many lines, without CR LF, written as they are read. */
export interface LongAnswer {
  readonly lines: Iterable<string>;
}

/** What a command gives back: nothing once it is done. */
export type CommandResult = void | Continuation | LongAnswer;

/** Goes on with an answer: at once where it is there, else in the command's own context, once it comes. */
export function continueWith<T>(
  answer: MaybePromise<T>,
  next: (value: T) => CommandResult,
): CommandResult {
  return answer instanceof Promise ? answer.then((value) => () => next(value)) : next(answer);
}

/** A SASL exchange under way: the message that is coming, and what takes it. */
export interface SaslExchange {
  readonly message: SaslMessage;
  readonly take: (text: string) => CommandResult;
}

/** A message of several lines under way. */
export interface MultilineBatch {
  readonly draft: MultilineDraft;
  /** The answer to the batch's beginning, which is sent at its end. */
  readonly answer: LabelledAnswer | undefined;
}
