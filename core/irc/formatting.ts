/**
 * Removes formatting such as bold and colours from messages (https://modern.ircdocs.horse/formatting.html).
 *
 * @module
 */
import { cleanSpeech, displayText } from "../ground/text.ts";

const FORMATTING =
  // deno-lint-ignore no-control-regex -- formatting codes are control characters
  /\x03(?:\d{1,2}(?:,\d{1,2})?)?|\x04(?:[0-9a-fA-F]{6}(?:,[0-9a-fA-F]{6})?)?|[\x02\x0f\x11\x16\x1d\x1e\x1f]/g;

/**
 * The text without its formatting, for sending: see `cleanSpeech()`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { unformatted } from "./formatting.ts";
 * assert.equal(unformatted("\x02bold\x02\tand a tab"), "bold\tand a tab");
 * ```
 */
export function unformatted(text: string): string {
  return cleanSpeech(text.replace(FORMATTING, ""));
}

/**
 * The text without its formatting, safe to show on a terminal: see `displayText()`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { plainText } from "./formatting.ts";
 * assert.equal(plainText("\x02bold\x02 \x0304,12red\x03 \x1b[2J"), "bold red \ufffd[2J");
 * ```
 */
export function plainText(text: string): string {
  return displayText(text.replace(FORMATTING, ""));
}
