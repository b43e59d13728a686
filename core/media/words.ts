/**
 * Splits a line into words as a shell would, without a shell.
 *
 * @module
 */
import { MediaError } from "./errors.ts";

/**
 * Splits at spaces; single quotes keep everything, double quotes and a bare backslash keep the next
 * character. There are no variables, no wildcards and no commands.
 *
 * @throws {MediaError} `bad-source` when a quote is not closed, or nothing follows a backslash.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { splitFfmpegWords } from "./words.ts";
 * assert.deepEqual(splitFfmpegWords(`-i 'my song.mp3' -vf "a=\\"b\\""`), ["-i", "my song.mp3", "-vf", 'a="b"']);
 * ```
 */
export function splitFfmpegWords(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  for (let at = 0; at < line.length; at++) {
    const char = line[at]!;
    if (char === "\\" && quote !== "'") {
      const next = line[++at];
      if (next === undefined) {
        throw new MediaError("bad-source", "Nothing follows the last backslash");
      }
      // Inside double quotes a backslash is one, unless it protects something (POSIX, 2.2.3).
      const literal = quote === '"' && next !== '"' && next !== "\\";
      word = (word ?? "") + (literal ? char + next : next);
    } else if (char === quote) {
      quote = undefined;
    } else if (quote === undefined && (char === "'" || char === '"')) {
      quote = char;
      word ??= "";
    } else if (quote === undefined && /\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? "") + char;
    }
  }
  if (quote !== undefined) throw new MediaError("bad-source", `A quote is not closed: ${quote}`);
  if (word !== undefined) words.push(word);
  return words;
}
