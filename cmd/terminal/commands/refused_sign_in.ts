/** Lines that tried to sign in and could not: what follows them is likely a password. Pure text. @module */
import { isNearSignInWord, looksLikeSignIn } from "../../../core/sign_in_words.ts";
import { UsageError } from "./command.ts";
import type { ParsedInput } from "./input.ts";

/** Commands that read the old password and the new one. */
const CHANGES = /^pass/i;

/** A sign-in that asks for no password, since it makes no sense: whoever typed it may have typed the password as well. */
export class SignInRefused extends UsageError {
  /**
   * @param passwords How many of the next lines may be passwords.
   * @param message What is wrong with it; may be empty.
   * @param text What is said if it is typed once more: the line was perhaps no sign-in.
   */
  constructor(readonly passwords: number, message = "", readonly text?: string) {
    super(message);
  }
}

/** What has to be known to tell a sign-in from what is to be said. */
export interface RefusedSignInOptions {
  /** Whether there is an account of this name, as far as we know. */
  readonly isAccount: (name: string) => boolean;
  /** What a command that there is not is answered. */
  readonly unknownCommand: (name: string) => string;
}

/**
 * Why `line` is not run though it looks like a sign-in: a command that there is not (`/logn bob`), or one without its
 * slash while signed in (`login bob`).
 */
export function refusedSignIn(
  line: string,
  input: ParsedInput,
  { isAccount, unknownCommand }: RefusedSignInOptions,
): SignInRefused | undefined {
  switch (input.kind) {
    case "nothing":
      return undefined;
    case "wrong":
      return looksLikeSignIn(line) ? new SignInRefused(passwordsOf(line), input.text) : undefined;
    case "command":
      return isNearSignInWord(input.name || firstWordOf(input.rest))
        ? new SignInRefused(passwordsOf(input.name), unknownCommand(input.name))
        : undefined;
    case "say":
      // Two slashes are typed on purpose.
      return !line.trimStart().startsWith("//") && looksLikeSignIn(input.text, { isAccount })
        ? new SignInRefused(
          passwordsOf(input.text),
          "Not said: it looks like a sign-in. /login NAME is one; typed once more, the line is said",
          input.text,
        )
        : undefined;
  }
}

/** What may be a password in a line that is a sign-in: the last word of three; empty if there is none. */
export function passwordOf(line: string): string {
  const words = line.trim().replace(/:$/, "").split(/[\s:]+/);
  return words.length > 2 ? words.at(-1)! : "";
}

/** Whether a line that was asked for as a password is a command after all, and not a password. */
export function isCommandInstead(line: string, isKnown: (name: string) => boolean): boolean {
  const text = line.trim();
  const [, name = ""] = /^\/([a-z]+)(?:\s|$)/i.exec(text) ?? [];
  return isKnown(name) || /^~:[a-z!]+[ :]/i.test(text) || looksLikeSignIn(text);
}

function passwordsOf(text: string): number {
  return CHANGES.test(firstWordOf(text)) ? 2 : 1;
}

function firstWordOf(text: string): string {
  return /[a-z]+/i.exec(text)?.[0] ?? "";
}
