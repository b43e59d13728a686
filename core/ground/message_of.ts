/** What was thrown, in words. @module */

/**
 * The message of an error; anything else that was thrown, as text.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { messageOf } from "./message_of.ts";
 * assert.equal(messageOf(new TypeError("no such door")), "no such door");
 * assert.equal(messageOf(404), "404");
 * ```
 */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
