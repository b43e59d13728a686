/**
 * Cleaning of text that came from the network, before a person or a terminal sees it.
 *
 * @module
 */

// C0, DEL and C1; the line and paragraph separators; bidirectional embeddings, overrides and
// isolates (they reorder what a reader sees: CVE-2021-42574); zero-width and other invisible
// characters that make two different texts look the same; the tag block; lone surrogates.
// ZWJ (U+200D) stays: emoji need it.
const UNSAFE =
  // deno-lint-ignore no-control-regex -- control characters are what this expression is about
  /[\u0000-\u001f\u007f-\u009f\u061c\u180e\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}\p{Cs}]/gu;

// Runs of more combining marks than any script needs paint over the lines above and below.
const MARKS = /(\p{M}{8})\p{M}+/gu;

/**
 * Makes foreign text safe to show on one terminal line: control characters, escape sequences'
 * first byte, bidirectional overrides and invisible characters become `U+FFFD`; a tab becomes a space.
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
  return text.replaceAll("\t", " ").replace(UNSAFE, "\ufffd").replace(MARKS, "$1");
}

/** Whether {@linkcode cleanText} would leave `text` as it is. */
export function isCleanText(text: string): boolean {
  return cleanText(text) === text;
}
