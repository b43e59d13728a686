/**
 * The client-only tags that are stored with a message. All others are only forwarded to users who are online.
 *
 * https://ircv3.net/registry#tags
 *
 * @module
 */
import { encodedLength } from "../ground/bytes.ts";
import type { Tags } from "./message.ts";

const STORED: ReadonlySet<string> = new Set(
  ["reply", "react", "unreact", "channel-context"].flatMap((
    name,
  ) => [`+${name}`, `+draft/${name}`]),
);

/** Most bytes of all stored values of a message: the id of another one, a room name, a short reaction. */
export const MAX_STORED_BYTES = 256;

/**
 * The tags of a message to store, up to the limit; `undefined` if there are none.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { storedTags } from "./stored_tags.ts";
 * assert.deepEqual(storedTags({ "+draft/reply": "abc", "+typing": "done", "+x": "y" }), { "+draft/reply": "abc" });
 * ```
 */
export function storedTags(tags: Tags): Tags | undefined {
  let stored: Record<string, string> | undefined;
  let room = MAX_STORED_BYTES;
  for (const key in tags) {
    const value = tags[key];
    if (value === undefined || !STORED.has(key)) continue;
    const bytes = encodedLength(value);
    if (bytes > room) continue;
    room -= bytes;
    (stored ??= {})[key] = value;
  }
  return stored;
}
