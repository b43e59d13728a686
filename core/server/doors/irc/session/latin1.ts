/** Commands of clients that send Latin-1 instead of UTF-8. @module */
import type { LineFault } from "../../../../net/lines.ts";

/** Commands for signing in and quitting: read as Latin-1, since no other user receives their text. */
const COMMANDS = /^(?:NICK|USER|QUIT) /i;

/** The text of a line that is not UTF-8 if it is one of these commands; otherwise `undefined`. */
export function readLatin1(fault: LineFault, line: Uint8Array | undefined): string | undefined {
  if (fault !== "not-utf8" || !line) return undefined;
  const text = new TextDecoder("windows-1252").decode(line);
  return COMMANDS.test(text) && !/[\0\r]/.test(text) ? text : undefined;
}
