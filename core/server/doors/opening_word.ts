/**
 * The first word on a connection, as far as doors need it.
 *
 * @module
 */
import type { DoorClaim } from "./door.ts";

/** Longer than any word that a door looks for. */
const LONGEST_WORD = 12;

/** The first word on a connection. */
export interface OpeningWord {
  readonly word: string;
  /** The space or line end after it; "" if neither was received yet. */
  readonly end: string;
  /** Whether the rest of it may still be missing. */
  readonly isPartial: boolean;
}

/** Reads the first word; long words are cut. */
export function openingWord(first: Uint8Array): OpeningWord {
  const text = String.fromCharCode(...first.subarray(0, LONGEST_WORD + 1));
  const at = text.search(/[ \r\n]/);
  if (at >= 0) return { word: text.slice(0, at), end: text[at]!, isPartial: false };
  return { word: text, end: "", isPartial: text.length <= LONGEST_WORD };
}

/** Whether a word is one of these, or may be the beginning of one; ignores case. */
export function claimWord(
  { word, end, isPartial }: OpeningWord,
  words: readonly string[],
): DoorClaim {
  const capitals = word.toUpperCase();
  if (end !== "") return words.includes(capitals) ? "yes" : "no";
  return isPartial && words.some((one) => one.startsWith(capitals)) ? "more" : "no";
}
