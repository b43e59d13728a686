import assert from "node:assert/strict";
import * as fc from "fast-check";
import { MAX_STORED_VALUE_BYTES, storedTags } from "../../../core/irc/stored_tags.ts";

Deno.test("storedTags() keeps what belongs to the message, and no more of it than a line has room for", () => {
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

Deno.test("storedTags() bounds each value in bytes", () => {
  const fits = "é".repeat(MAX_STORED_VALUE_BYTES / 2);
  assert.deepEqual(storedTags({ "+reply": fits }), { "+reply": fits });
  assert.equal(storedTags({ "+reply": `${fits}x` }), undefined);
});

Deno.test("storedTags() changes no value, and keeps none that is too long or unknown", () => {
  const key = fc.constantFrom("+reply", "+draft/reply", "+react", "+draft/react", "+unreact", "+z");
  const bytes = (text: string) => new TextEncoder().encode(text).length;
  fc.assert(fc.property(fc.dictionary(key, fc.string({ maxLength: 200 })), (tags) => {
    const kept = Object.entries(tags).filter(([key, value]) =>
      key !== "+z" && bytes(value) <= MAX_STORED_VALUE_BYTES
    );
    assert.deepEqual(Object.entries(storedTags(tags) ?? {}), kept);
  }));
});
