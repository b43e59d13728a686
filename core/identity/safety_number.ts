/**
 * A number that two people compare to exclude a man in the middle.
 *
 * Computed like Signal's numeric fingerprint (version 0): each side's half is SHA-512, iterated 5200
 * times, of a version, the pinned key and the account's name; six groups of five bytes of it, each as a
 * number modulo 100,000, are 30 digits. The smaller half comes first, so both sides see the same number.
 * Finding another key with the same half takes 2^99 tries of 5200 hashes each.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { hash } from "node:crypto";
import { foldName } from "../ground/names.ts";
import { isPin } from "./fingerprint.ts";

const VERSION = Buffer.from([0, 0]);
const ITERATIONS = 5_200;
const GROUPS = 6;
const BYTES_A_GROUP = 5;

/** One side: an account and the pin of its key. */
export interface SafetySide {
  /** The account's name, case-insensitive. */
  readonly account: string;
  /** In the form of `pinOf()`. */
  readonly pin: string;
}

/**
 * The safety number of two accounts' keys: 60 digits in 12 groups of five, independent of the order
 * of the sides. Takes about 30 ms.
 *
 * @throws {RangeError} When a pin is invalid.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { safetyNumber } from "./safety_number.ts";
 * const ann = { account: "ann", pin: "ab".repeat(32) };
 * const bob = { account: "Bob", pin: "cd".repeat(32) };
 * assert.match(safetyNumber(ann, bob), /^\d{5}( \d{5}){11}$/);
 * assert.equal(safetyNumber(ann, bob), safetyNumber(bob, ann));
 * ```
 */
export function safetyNumber(one: SafetySide, other: SafetySide): string {
  return [half(one), half(other)].sort().join(" ");
}

function half({ account, pin }: SafetySide): string {
  if (!isPin(pin)) throw new RangeError("Cannot make a safety number from an invalid pin");
  const key = Buffer.from(pin, "hex");
  let digest: Uint8Array = Buffer.concat([VERSION, key, Buffer.from(foldName(account))]);
  for (let round = 0; round < ITERATIONS; round++) {
    digest = hash("sha512", Buffer.concat([digest, key]), "buffer");
  }
  const bytes = Buffer.from(digest);
  return Array.from({ length: GROUPS }, (_, group) => {
    const number = bytes.readUIntBE(group * BYTES_A_GROUP, BYTES_A_GROUP);
    return String(number % 100_000).padStart(5, "0");
  }).join(" ");
}
