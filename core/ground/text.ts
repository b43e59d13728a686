/**
 * Cleaning of text: names and labels are restricted, messages are not. Messages are sent as typed; for display on
 * a terminal, characters that could move or hide other text are replaced.
 *
 * @module
 */

const REPLACEMENT = "\ufffd";

// C0, DEL and C1; the line and paragraph separators; bidirectional embeddings, overrides and
// isolates (they reorder what a reader sees: CVE-2021-42574); zero-width and other invisible
// characters that make two different texts look the same; the tag block; lone surrogates.
// ZWJ (U+200D) stays: emoji need it.
const UNSAFE =
  // deno-lint-ignore no-control-regex -- matches control characters
  /[\u0000-\u001f\u007f-\u009f\u061c\u180e\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}\p{Cs}]/gu;

// Control characters except the tab, and lone surrogates.
// deno-lint-ignore no-control-regex -- matches control characters
const CONTROLS = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\p{Cs}]/gu;

// Line and paragraph separators, which some terminals interpret.
const SEPARATORS = /[\u2028\u2029]/g;

// Directional embeddings, overrides and their ends: they make a name misleading, even if balanced.
const EMBEDDINGS = /[\u202a-\u202e]/g;

// Runs of more combining marks than any script needs, which overlap the lines above and below.
const MARKS = /(\p{M}{8})\p{M}+/gu;

/** Replacement of a tab, since text does not begin at the left edge of the terminal. */
const TAB = "    ";

/**
 * Makes a foreign name or label safe to show: control characters, the first byte of escape sequences, bidirectional
 * controls and invisible characters become `U+FFFD`; a tab becomes a space. Not for messages: see
 * {@linkcode cleanSpeech}.
 *
 * Cleaning twice equals cleaning once.
 *
 * @example An escape sequence becomes harmless
 * ```ts
 * import assert from "node:assert/strict";
 * import { cleanText } from "./text.ts";
 * assert.equal(cleanText("a\x1b[31mb\tc"), "a\ufffd[31mb c");
 * ```
 */
export function cleanText(text: string): string {
  return text.replaceAll("\t", " ").replace(UNSAFE, REPLACEMENT).replace(MARKS, "$1");
}

/** Whether {@linkcode cleanText} would not change `text`. */
export function isCleanText(text: string): boolean {
  return cleanText(text) === text;
}

/**
 * Cleans a message for sending: control characters except the tab, and lone surrogates, become `U+FFFD`; nothing else
 * changes.
 *
 * @example Persian needs its zero-width non-joiner, code its indentation
 * ```ts
 * import assert from "node:assert/strict";
 * import { cleanSpeech } from "./text.ts";
 * assert.equal(cleanSpeech("\tمی\u200cخواهم"), "\tمی\u200cخواهم");
 * assert.equal(cleanSpeech("\x1b[2J"), "\ufffd[2J");
 * ```
 */
export function cleanSpeech(text: string): string {
  return text.replace(CONTROLS, REPLACEMENT);
}

/**
 * Cleans a message for a terminal: control characters and line separators become `U+FFFD`, a tab becomes
 * spaces, open directional formatting is closed (UAX #9, X1 to X8), ends without a beginning become `U+FFFD`, and
 * long runs of combining marks are cut. Nothing else changes.
 *
 * Cleaning twice equals cleaning once.
 *
 * @example An override ends with the line
 * ```ts
 * import assert from "node:assert/strict";
 * import { displayText } from "./text.ts";
 * assert.equal(displayText("\u202eabc"), "\u202eabc\u202c");
 * assert.equal(displayText("\u2067abc\u2069"), "\u2067abc\u2069");
 * assert.equal(displayText("abc\u2069"), "abc\ufffd");
 * ```
 */
export function displayText(text: string): string {
  if (/^[ -~]*$/.test(text)) return text;
  const safe = cleanSpeech(text.replaceAll("\t", TAB)).replace(SEPARATORS, REPLACEMENT);
  return balance(safe.replace(MARKS, "$1"));
}

/**
 * Cleans a file name for display: like {@linkcode displayText}, but directional embeddings and overrides are replaced as
 * well (isolates stay), and no combining marks are cut.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { displayName } from "./text.ts";
 * assert.equal(displayName("photo\u202egpj.exe"), "photo\ufffdgpj.exe");
 * assert.equal(displayName("نامه\u200cها.txt"), "نامه\u200cها.txt");
 * ```
 */
export function displayName(text: string): string {
  const safe = cleanSpeech(text.replaceAll("\t", " ")).replace(SEPARATORS, REPLACEMENT);
  return balance(safe.replace(EMBEDDINGS, REPLACEMENT));
}

const POP_EMBEDDING = "\u202c";
const POP_ISOLATE = "\u2069";
/** The end of each directional formatting character. */
const ENDS: { readonly [begin: string]: string | undefined } = {
  "\u202a": POP_EMBEDDING,
  "\u202b": POP_EMBEDDING,
  "\u202d": POP_EMBEDDING,
  "\u202e": POP_EMBEDDING,
  "\u2066": POP_ISOLATE,
  "\u2067": POP_ISOLATE,
  "\u2068": POP_ISOLATE,
};
const DIRECTIONS = /[\u202a-\u202e\u2066-\u2069]/g;

/** Closes open directional formatting, and replaces ends without a beginning. */
function balance(text: string): string {
  let open: string[] = [];
  const kept = text.replace(DIRECTIONS, (character) => {
    const end = ENDS[character];
    if (end !== undefined) {
      open.push(end);
      return character;
    }
    if (character === POP_EMBEDDING) {
      if (open.at(-1) !== POP_EMBEDDING) return REPLACEMENT;
      open.pop();
      return character;
    }
    // The end of an isolate ends the embeddings inside it as well.
    const at = open.lastIndexOf(POP_ISOLATE);
    if (at < 0) return REPLACEMENT;
    open = open.slice(0, at);
    return character;
  });
  return kept + open.reverse().join("");
}
