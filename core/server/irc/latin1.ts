/** Clients without UTF-8: what of theirs can be understood all the same. @module */
import type { LineFault } from "../../net/lines.ts";

/** What is sent to come and go means what Latin-1 makes of it; nobody else has to read it wrongly later. */
const COMMANDS = /^(?:NICK|USER|QUIT) /i;

/** The text of a line that is not UTF-8, where it is one of a few commands; `undefined` otherwise. */
export function readLatin1(fault: LineFault, line: Uint8Array | undefined): string | undefined {
  if (fault !== "not-utf8" || !line) return undefined;
  const text = new TextDecoder("windows-1252").decode(line);
  return COMMANDS.test(text) && !/[\0\r]/.test(text) ? text : undefined;
}
