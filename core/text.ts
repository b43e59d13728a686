/**
 * Cleaning of text: names and labels are restricted, what people say is not. It travels as it was typed; who shows it on
 * a terminal takes the sting out of what could move or hide other text, and shows the rest.
 *
 * @module
 */

const REPLACEMENT = "\ufffd";

// C0, DEL and C1; the line and paragraph separators; bidirectional embeddings, overrides and
// isolates (they reorder what a reader sees: CVE-2021-42574); zero-width and other invisible
// characters that make two different texts look the same; the tag block; lone surrogates.
// ZWJ (U+200D) stays: emoji need it.
const UNSAFE =
  // deno-lint-ignore no-control-regex -- control characters are what this expression is about
  /[\u0000-\u001f\u007f-\u009f\u061c\u180e\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}\p{Cs}]/gu;

// Control characters but the tab, and halves of characters.
// deno-lint-ignore no-control-regex -- control characters are what this expression is about
const CONTROLS = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\p{Cs}]/gu;

// Line and paragraph separators, which some terminals obey.
const SEPARATORS = /[\u2028\u2029]/g;

// What embeds or overrides a direction, and ends that: who reads a name is deceived by it, even where it is balanced.
const EMBEDDINGS = /[\u202a-\u202e]/g;

// Runs of more combining marks than any script needs paint over the lines above and below.
const MARKS = /(\p{M}{8})\p{M}+/gu;

/** Columns of a tab on a terminal where the text does not begin at the left edge. */
const TAB = "    ";

/**
 * Makes a foreign name or label safe to show: control characters, escape sequences' first byte, bidirectional
 * controls and invisible characters become `U+FFFD`; a tab becomes a space. Not for what people say: see
 * {@linkcode cleanSpeech}.
 *
 * Cleaning twice equals cleaning once.
 *
 * @example An escape sequence loses its teeth
 * ```ts
 * import assert from "node:assert/strict";
 * import { cleanText } from "./text.ts";
 * assert.equal(cleanText("a\x1b[31mb\tc"), "a\ufffd[31mb c");
 * ```
 */
export function cleanText(text: string): string {
  return text.replaceAll("\t", " ").replace(UNSAFE, REPLACEMENT).replace(MARKS, "$1");
}

/** Whether {@linkcode cleanText} would leave `text` as it is. */
export function isCleanText(text: string): boolean {
  return cleanText(text) === text;
}

/**
 * A line that somebody says, as it travels: as it was typed, but for control characters (a tab stays) and halves of
 * characters, which become `U+FFFD`.
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
 * A line that somebody said, for a terminal: control characters and line separators become `U+FFFD`, a tab becomes
 * spaces, directions that were begun are ended (UAX #9, X1 to X8), ends without a beginning become `U+FFFD`, and
 * long runs of combining marks are cut. All else is shown.
 *
 * Doing it twice equals doing it once.
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
 * A file's name as its owner wrote it, without what could deceive who reads it: as {@linkcode displayText}, but
 * directions may be isolated only, neither embedded nor overridden, and no marks are cut.
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
/** What begins a direction, and what ends it. */
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

/** Ends each direction that was begun, and replaces ends of none. */
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
