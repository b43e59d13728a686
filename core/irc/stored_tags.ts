/**
 * The client-only tags that belong to what was said, and are kept with it. All others are for those who are here: they
 * are passed on, and forgotten.
 *
 * https://ircv3.net/registry#tags
 *
 * @module
 */
import { encodedLength, type Tags } from "./message.ts";

const STORED: ReadonlySet<string> = new Set(
  ["reply", "react", "unreact", "channel-context"].flatMap((
    name,
  ) => [`+${name}`, `+draft/${name}`]),
);

/** Most bytes of all stored values of a message: another one's id, a room's name, a reaction of some words. */
export const MAX_STORED_BYTES = 256;

/**
 * Those of a message's tags that are kept with it, as long as there is room; `undefined` when there are none.
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
