/** Typed lines that contain a password, outside a password prompt. @module */
import { isNearSignInWord, isServiceSignIn } from "../../../core/ground/sign_in_words.ts";

/** NAME PASSWORD on one line, or the passwords of a change; refused or not, it has been typed. */
const COMMAND = /^[/~\\:;.]*\s*([a-z]+)[\s:]+(\S+)(?:[\s:]+(\S))?/i;

/** Whether `line` must not be kept in a history. */
export function holdsSecret(line: string): boolean {
  if (isServiceSignIn(line) || /^\/\S+\s+nickserv\s+\S/i.test(line.trim())) return true;
  const [, word = "", , more] = COMMAND.exec(line.trim()) ?? [];
  return isNearSignInWord(word) && (more !== undefined || /^pass/i.test(word));
}
