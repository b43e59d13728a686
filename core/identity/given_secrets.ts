/**
 * Passwords given recently, kept as salted hashes, so that a password typed once more is not sent to a room.
 *
 * @module
 */
import { createHash, randomBytes } from "node:crypto";
import { LruMap } from "../ground/lru_map.ts";

/** Random for each process. */
const SALT = randomBytes(16);
/** Number of passwords kept; the oldest is dropped. */
const MAX_KEPT = 8;

/**
 * The passwords of one connection.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { GivenSecrets } from "./given_secrets.ts";
 * const given = new GivenSecrets();
 * given.add("correct-horse-7");
 * assert(given.has(" correct-horse-7 "));
 * assert(given.has("two lines\nbob: correct-horse-7"));
 * assert(!given.has("hello"));
 * ```
 */
export class GivenSecrets {
  /** Hash to length: a line of another length need not be hashed. */
  readonly #kept = new LruMap<string, number>(MAX_KEPT);

  /** Remembers a password, without the white space around it; an empty one is ignored. */
  add(secret: string): void {
    const text = secret.trim();
    if (text === "") return;
    this.#kept.remember(hashOf(text), text.length);
  }

  /** Whether a line of `text` is a remembered password, alone or after a name: `bob: PASSWORD`. */
  has(text: string): boolean {
    if (this.#kept.size === 0) return false;
    return text.includes("\n") ? text.split("\n").some((line) => this.#has(line)) : this.#has(text);
  }

  #has(line: string): boolean {
    const text = line.trim();
    const addressed = /^[^\s:,]+[:,]\s/.exec(text)?.[0];
    return this.#isKept(text) ||
      (addressed !== undefined && this.#isKept(text.slice(addressed.length).trim()));
  }

  #isKept(text: string): boolean {
    for (const length of this.#kept.values()) {
      if (length === text.length) return this.#kept.has(hashOf(text));
    }
    return false;
  }
}

function hashOf(text: string): string {
  return createHash("sha256").update(SALT).update(text).digest("base64");
}
