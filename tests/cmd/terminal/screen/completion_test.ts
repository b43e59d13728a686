import assert from "node:assert/strict";
import { completeWord, MAX_SHOWN_CANDIDATES } from "../../../../cmd/terminal/screen/completion.ts";

const complete = (typed: string, ...candidates: readonly string[]) =>
  completeWord(typed, { candidates, from: 0 });

Deno.test("completeWord() takes the only candidate, also with other letter case", () => {
  assert.deepEqual(complete("@AL", "@alice"), { kind: "replace", text: "@alice" });
  assert.deepEqual(complete("@alice", "@alice"), { kind: "nothing" });
});

Deno.test("completeWord() takes what all candidates begin with, then shows them", () => {
  assert.deepEqual(complete("/h", "/help", "/hello"), { kind: "replace", text: "/hel" });
  const candidates = ["/help", "/hello"];
  assert.deepEqual(complete("/hel", ...candidates), { kind: "show", candidates });
});

Deno.test("completeWord() says how many more there are than it shows", () => {
  const many = Array.from({ length: MAX_SHOWN_CANDIDATES + 5 }, (_, at) => `${at}`);
  const result = complete("", ...many);
  assert.ok(result.kind === "show" && result.candidates.at(-1) === "... and 5 more");
});

Deno.test("completeWord() has nothing to say without candidates", () => {
  assert.deepEqual(complete("x"), { kind: "nothing" });
});
