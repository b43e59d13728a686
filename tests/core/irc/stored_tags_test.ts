import assert from "node:assert/strict";
import * as fc from "fast-check";
import { MAX_STORED_BYTES, storedTags } from "../../../core/irc/stored_tags.ts";

Deno.test("storedTags() keeps what belongs to the message, and nothing else", () => {
  const known = {
    "+reply": "1",
    "+draft/reply": "2",
    "+draft/react": "👍",
    "+draft/unreact": "👎",
    "+draft/channel-context": "#tea",
  };
  const others = {
    "+typing": "active",
    "+draft/typing": "done",
    "+x.example/a": "b",
    "label": "1",
  };
  assert.deepEqual(storedTags({ ...others, ...known }), known);
  assert.equal(storedTags(others), undefined);
  assert.equal(storedTags({}), undefined);
});

Deno.test("storedTags() bounds the values of a message in bytes, the first ones going first", () => {
  const fits = "é".repeat(MAX_STORED_BYTES / 2);
  assert.deepEqual(storedTags({ "+reply": fits }), { "+reply": fits });
  assert.equal(storedTags({ "+reply": `${fits}x` }), undefined);
  assert.deepEqual(storedTags({ "+reply": fits, "+react": "x", "+unreact": "" }), {
    "+reply": fits,
    "+unreact": "",
  });
});

Deno.test("storedTags() changes no value, and keeps neither too much nor what is unknown", () => {
  const key = fc.constantFrom("+reply", "+draft/reply", "+react", "+draft/react", "+unreact", "+z");
  const bytes = (text: string) => new TextEncoder().encode(text).length;
  fc.assert(fc.property(fc.dictionary(key, fc.string({ maxLength: 200 })), (tags) => {
    const kept = Object.entries(storedTags(tags) ?? {});
    assert(kept.every(([key, value]) => key !== "+z" && tags[key] === value));
    assert(kept.reduce((sum, [, value]) => sum + bytes(value), 0) <= MAX_STORED_BYTES);
  }));
});
