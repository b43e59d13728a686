/**
 * Masks such as `bob!*@*`: `*` matches any text, `?` one character, case-insensitive.
 *
 * @module
 */

/**
 * Whether `text` matches `mask`. Takes time proportional to the product of their lengths in the worst case.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { matchesMask } from "./masks.ts";
 * assert(matchesMask("bob!*@*.example", "Bob!b@host.example"));
 * assert(!matchesMask("b?b!*@*", "bb!b@host"));
 * ```
 */
export function matchesMask(mask: string, text: string): boolean {
  const pattern = mask.toLowerCase(), subject = text.toLowerCase();
  let at = 0, star = -1, retry = 0;
  for (let i = 0; i < subject.length;) {
    if (
      at < pattern.length && (pattern[at] === "?" || pattern[at] === subject[i]) &&
      pattern[at] !== "*"
    ) {
      at++;
      i++;
    } else if (pattern[at] === "*") {
      star = at++;
      retry = i;
    } else if (star >= 0) {
      at = star + 1;
      i = ++retry;
    } else return false;
  }
  while (pattern[at] === "*") at++;
  return at === pattern.length;
}

/** Completes a partial mask: `bob` becomes `bob!*@*`. */
export function completeMask(mask: string): string {
  const bang = mask.indexOf("!"), at = mask.indexOf("@");
  if (bang < 0 && at < 0) return `${mask}!*@*`;
  if (bang < 0) return `*!${mask}`;
  return at < 0 ? `${mask}@*` : mask;
}
