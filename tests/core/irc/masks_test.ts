import assert from "node:assert/strict";
import * as fc from "fast-check";
import { completeMask, matchesMask } from "../../../core/irc/masks.ts";

Deno.test("matchesMask() does what a regular expression would", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "b", "A", "!", "@"), maxLength: 12 });
  const mask = fc.string({ unit: fc.constantFrom("a", "b", "B", "*", "?", "!"), maxLength: 8 });
  fc.assert(
    fc.property(mask, text, (mask, text) => {
      const pattern = mask.replaceAll("*", ".*").replaceAll("?", ".");
      assert.equal(matchesMask(mask, text), new RegExp(`^${pattern}$`, "i").test(text));
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("matchesMask() is quick where a naive search would take years", () => {
  const started = performance.now();
  assert(!matchesMask(`${"*a".repeat(50)}b`, "a".repeat(500)));
  assert(performance.now() - started < 10_000);
});

Deno.test("completeMask() fills in what is missing", () => {
  assert.equal(completeMask("bob"), "bob!*@*");
  assert.equal(completeMask("b@host"), "*!b@host");
  assert.equal(completeMask("bob!b"), "bob!b@*");
  assert.equal(completeMask("bob!b@host"), "bob!b@host");
});
