import assert from "node:assert/strict";
import fc from "fast-check";
import { nickColor } from "../../../../cmd/terminal/screen/colors.ts";

Deno.test("nickColor() is the same for a nickname in every case", () => {
  fc.assert(fc.property(fc.string(), (nick) => {
    assert.equal(nickColor(nick.toLowerCase()), nickColor(nick.toLowerCase().toLowerCase()));
  }));
  assert.equal(nickColor("Amy"), nickColor("aMY"));
});
