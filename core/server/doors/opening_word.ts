/**
 * The word that a connection begins with, as far as doors have to know it.
 *
 * @module
 */
import type { DoorClaim } from "./door.ts";

/** No word that a door waits for is longer: with more bytes and no end, it is not one. */
const LONGEST_WORD = 12;

/** The first word of a connection. */
export interface OpeningWord {
  readonly word: string;
  /** The blank or line end behind it; "" while neither has come. */
  readonly end: string;
  /** Whether it may have more letters than have come. */
  readonly isPartial: boolean;
}

/** Reads the first word; of a long one, as much as tells that it is long. */
export function openingWord(first: Uint8Array): OpeningWord {
  const text = String.fromCharCode(...first.subarray(0, LONGEST_WORD + 1));
  const at = text.search(/[ \r\n]/);
  if (at >= 0) return { word: text.slice(0, at), end: text[at]!, isPartial: false };
  return { word: text, end: "", isPartial: text.length <= LONGEST_WORD };
}

/** Whether a word is one of these, or can still become one with more letters, in capitals or not. */
export function claimWord(
  { word, end, isPartial }: OpeningWord,
  words: readonly string[],
): DoorClaim {
  const capitals = word.toUpperCase();
  if (end !== "") return words.includes(capitals) ? "yes" : "no";
  return isPartial && words.some((one) => one.startsWith(capitals)) ? "more" : "no";
}
