/** What an IRC connection is in the middle of. @module */
import type { SaidKind } from "../../hub/events.ts";
import type { Tags } from "../../irc/message.ts";
import type { MaybePromise } from "../../maybe_promise.ts";
import type { LabelledAnswer } from "./output.ts";

/** What a command leaves to be done once something slow is over: runs in the command's own context. */
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

/** What is known of a client before it is registered. */
export interface Registration {
  nick: string | undefined;
  username: string | undefined;
  realname: string;
  /** From `PASS`: `name:password`, or the password of the nick's account. */
  pass: string | undefined;
  /** `CAP` was seen and `CAP END` not yet. */
  negotiating: boolean;
  /** The account, once SASL or `REGISTER` has settled it. */
  account: string | undefined;
}

/** Nothing known yet. */
export function newRegistration(): Registration {
  return {
    nick: undefined,
    username: undefined,
    realname: "",
    pass: undefined,
    negotiating: false,
    account: undefined,
  };
}

/** A message of several lines under way. */
export interface MultilineDraft {
  readonly ref: string;
  readonly target: string;
  readonly tags: Tags;
  /** What its beginning is answered, at its end. */
  readonly answer: LabelledAnswer | undefined;
  as: SaidKind | undefined;
  text: string;
  /** Where lines of the text were joined, as indexes into it. */
  readonly cuts: number[];
  lines: number;
  bytes: number;
  /** It was refused: what still comes of it is passed over, up to its end. */
  isRefused: boolean;
}
