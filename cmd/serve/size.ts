/** Sizes such as `500M` and `2G`. @module */

const FORM = /^(\d+(?:\.\d+)?) ?(?:([KMGT])(?:i?B)?|B)?$/i;
const UNITS = ["", "K", "M", "G", "T"];

/**
 * Parses a number of bytes, optionally with a unit (K, M, G, T: powers of 1024).
 *
 * @returns `undefined` when the text is not a size.
 */
export function parseSize(text: string): number | undefined {
  const [, digits, unit = ""] = FORM.exec(text.trim()) ?? [];
  if (digits === undefined) return undefined;
  const bytes = Math.floor(Number(digits) * 1024 ** UNITS.indexOf(unit.toUpperCase()));
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}
