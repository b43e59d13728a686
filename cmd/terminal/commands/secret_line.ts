/** Typed lines that hold a password, where nobody asked for one. @module */
import { isNearSignInWord, isServiceSignIn } from "../../../core/sign_in_words.ts";

/** Refused or not, such a line has been typed: NAME PASSWORD on one line, or passwords alone to change one. */
const COMMAND = /^[/~\\:;.]*\s*([a-z]+)[\s:]+(\S+)(?:[\s:]+(\S))?/i;

/** Whether `line` should be forgotten: not kept in a history. */
export function holdsSecret(line: string): boolean {
  if (isServiceSignIn(line) || /^\/\S+\s+nickserv\s+\S/i.test(line.trim())) return true;
  const [, word = "", , more] = COMMAND.exec(line.trim()) ?? [];
  return isNearSignInWord(word) && (more !== undefined || /^pass/i.test(word));
}
