/** The message of the day: a text file. @module */
import { fileFaultWords, readRegularText } from "../../core/ground/regular_file.ts";
import { cleanSpeech } from "../../core/ground/text.ts";
import { MAX_SERVER_TEXT_BYTES, splitText } from "../../core/irc/message.ts";
import { CommandFailed } from "../common/exit.ts";

const MAX_LINES = 200;
const MAX_BYTES = 1024 * 1024;

/**
 * Reads the lines of a message of the day; longer lines than IRC allows are split.
 *
 * @throws {CommandFailed} When the file cannot be read.
 */
export async function readMotd(path: string): Promise<string[]> {
  try {
    const text = await readRegularText(path, MAX_BYTES);
    return text.trimEnd().split(/\r?\n/)
      .flatMap((line) => splitText(cleanSpeech(line), MAX_SERVER_TEXT_BYTES))
      .slice(0, MAX_LINES);
  } catch (error) {
    const why = fileFaultWords(error);
    throw new CommandFailed(`Cannot read message of the day ${path}: ${why}`, 1, {
      cause: error,
    });
  }
}
