/** Detects mentions. Pure. @module */

/**
 * Whether `text` contains `nick` as a whole word, with or without an `@`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mentions } from "./mentions.ts";
 * assert(mentions("hi @Amy!", "amy"));
 * assert(!mentions("amylase", "amy"));
 * ```
 */
export function mentions(text: string, nick: string): boolean {
  if (nick === "" || nick === "*") return false;
  const folded = text.toLowerCase();
  const wanted = nick.toLowerCase();
  const isPart = (character: string | undefined) =>
    character !== undefined && /[a-z0-9_\-[\]\\^{}|`]/.test(character);
  for (let at = folded.indexOf(wanted); at >= 0; at = folded.indexOf(wanted, at + 1)) {
    if (!isPart(folded[at - 1]) && !isPart(folded[at + wanted.length])) return true;
  }
  return false;
}
