/** The message of the day: a text file. @module */
import { cleanText } from "../../core/text.ts";
import { CommandFailed } from "../exit.ts";

/** Longest line that fits an IRC line. */
const MAX_LINE = 400;
const MAX_LINES = 200;

/**
 * Reads the lines of a message of the day.
 *
 * @throws {CommandFailed} When the file cannot be read.
 */
export async function readMotd(path: string): Promise<string[]> {
  try {
    const text = await Deno.readTextFile(path);
    const lines = text.trimEnd().split(/\r?\n/).slice(0, MAX_LINES);
    return lines.map((line) => cleanText(line).slice(0, MAX_LINE));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandFailed(`Cannot read message of the day ${path}: ${reason}`, 1, {
      cause: error,
    });
  }
}
