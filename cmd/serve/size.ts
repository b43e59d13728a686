/** Sizes as people write them: `500M`, `2G`. @module */

const FORM = /^(\d+(?:\.\d+)?) ?(?:([KMGT])(?:i?B)?|B)?$/i;
const UNITS = ["", "K", "M", "G", "T"];

/**
 * Reads a number of bytes, with a unit of 1024 or one of its powers, or without one.
 *
 * @returns `undefined` when the text is none.
 */
export function parseSize(text: string): number | undefined {
  const [, digits, unit = ""] = FORM.exec(text.trim()) ?? [];
  if (digits === undefined) return undefined;
  const bytes = Math.floor(Number(digits) * 1024 ** UNITS.indexOf(unit.toUpperCase()));
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}
