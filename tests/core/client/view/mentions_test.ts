import assert from "node:assert/strict";
import { mentions } from "../../../../core/client/view/mentions.ts";

Deno.test("mentions() finds a name as a word of its own", () => {
  for (const text of ["amy: hi", "hi @Amy!", "(AMY)", "amy"]) assert(mentions(text, "amy"), text);
  for (const text of ["tammy", "amy_", "dreamy amyloid", ""]) assert(!mentions(text, "amy"), text);
  assert(mentions("x[a]x [a]", "[a]"));
});
