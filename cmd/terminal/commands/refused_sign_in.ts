/** Lines that look like a failed sign-in: the next line is likely a password. Pure. @module */
import { isNearSignInWord, looksLikeSignIn } from "../../../core/ground/sign_in_words.ts";
import { UsageError } from "./command.ts";
import type { ParsedInput } from "./input.ts";

/** Commands that read the old password and the new one. */
const CHANGES = /^pass/i;

/** A line that is refused because it looks like a sign-in: it, or the next one, may contain the password. */
export class SignInRefused extends UsageError {
  /**
   * @param passwords How many of the next lines may be passwords.
   * @param message Why it is refused; may be empty.
   * @param text What is sent if the same line is typed again: perhaps it was not a sign-in.
   */
  constructor(readonly passwords: number, message = "", readonly text?: string) {
    super(message);
  }
}

/** Options for {@linkcode refusedSignIn}. */
export interface RefusedSignInOptions {
  /** Whether an account of this name is known. */
  readonly isAccount: (name: string) => boolean;
  /** The message for an unknown command. */
  readonly unknownCommand: (name: string) => string;
}

/**
 * Why `line` is refused: it looks like a sign-in, but its command is unknown (`/logn bob`), or has no slash while
 * signed in (`login bob`).
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
      // Two slashes are on purpose.
      return !line.trimStart().startsWith("//") && looksLikeSignIn(input.text, { isAccount })
        ? new SignInRefused(
          passwordsOf(input.text),
          "Not said: it looks like a sign-in. /login NAME is one; typed once more, the line is said",
          input.text,
        )
        : undefined;
  }
}

/** The word of a sign-in that may be a password: the last of three; empty without one. */
export function passwordOf(line: string): string {
  const words = line.trim().replace(/:$/, "").split(/[\s:]+/);
  return words.length > 2 ? words.at(-1)! : "";
}

/** Whether the answer to a password prompt is a command instead. */
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
