/** Results of commands, and the ongoing exchanges of a session. @module */
import type { MaybePromise } from "../../../../ground/maybe_promise.ts";
import type { MultilineDraft } from "./multiline_draft.ts";
import type { LabelledAnswer } from "./output.ts";
import type { SaslMessage } from "./sasl_message.ts";

/** The rest of a command after a slow operation; runs in the command's context. */
export type Continuation = Promise<() => CommandResult>;

/** An answer of many lines, without CR LF, written as the client reads them. */
export interface LongAnswer {
  readonly lines: Iterable<string>;
}

/** The result of a command; nothing if it is done. */
export type CommandResult = void | Continuation | LongAnswer;

/** Continues with a result: at once if it is available, otherwise in the command's context when it arrives. */
export function continueWith<T>(
  answer: MaybePromise<T>,
  next: (value: T) => CommandResult,
): CommandResult {
  return answer instanceof Promise ? answer.then((value) => () => next(value)) : next(answer);
}

/** A SASL exchange: the message that is being received, and its handler. */
export interface SaslExchange {
  readonly message: SaslMessage;
  readonly take: (text: string) => CommandResult;
}

/** An open batch of a multiline message. */
export interface MultilineBatch {
  readonly draft: MultilineDraft;
  /** The answer to the batch's beginning, which is sent at its end. */
  readonly answer: LabelledAnswer | undefined;
}
