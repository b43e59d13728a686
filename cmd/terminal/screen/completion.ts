/** What Tab does with the candidates of a completion. @module */
import type { Completion } from "../face/face.ts";

/** Most candidates shown at once. */
export const MAX_SHOWN_CANDIDATES = 100;

/** A text that replaces the typed one, or several candidates to show. */
export type TabResult =
  | { readonly kind: "replace"; readonly text: string }
  | { readonly kind: "show"; readonly candidates: readonly string[] }
  | { readonly kind: "nothing" };

/** Completes the word, or the prefix that all candidates share, or shows them. */
export function completeWord(typed: string, { candidates }: Completion): TabResult {
  const [first, ...others] = candidates;
  if (first === undefined) return { kind: "nothing" };
  if (others.length === 0) {
    return first === typed ? { kind: "nothing" } : { kind: "replace", text: first };
  }
  const shared = sharedStart(candidates);
  if (shared.length > typed.length) return { kind: "replace", text: shared };
  if (candidates.length <= MAX_SHOWN_CANDIDATES) return { kind: "show", candidates };
  const more = `... and ${candidates.length - MAX_SHOWN_CANDIDATES} more`;
  return { kind: "show", candidates: [...candidates.slice(0, MAX_SHOWN_CANDIDATES), more] };
}

/** The longest common prefix, of whole characters. */
function sharedStart(texts: readonly string[]): string {
  const [first = "", ...others] = texts;
  let shared = "";
  for (const character of first) {
    if (!others.every((text) => text.startsWith(shared + character))) break;
    shared += character;
  }
  return shared;
}
