/** Flags whose values are whole numbers. @module */
import { InvalidArgumentError } from "@commander-js/extra-typings";

/**
 * A parser of whole numbers from `least` to `most`, both included.
 *
 * @param noun What the number is, for the message that refuses another text.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { wholeNumber } from "./whole_number.ts";
 * assert.equal(wholeNumber(1, 365)("30"), 30);
 * assert.throws(() => wholeNumber(1, 365)("0"), /^InvalidArgumentError: It must be a whole number \(1-365\)\.$/m);
 * ```
 */
export function wholeNumber(
  least: number,
  most: number,
  noun = "whole number",
): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be a ${noun} (${least}-${most}).`);
  };
}
