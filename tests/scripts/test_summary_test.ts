import assert from "node:assert/strict";
import { parseTestSummary } from "../../scripts/test_summary.ts";

Deno.test("parseTestSummary() reads the counts of a coloured summary", () => {
  const output = "noise\n\x1b[0m\x1b[31mFAILED\x1b[0m | 12 passed (3 steps) | 1 failed (1 step) " +
    "| 2 ignored \x1b[0m(11ms)\x1b[0m\n";
  assert.deepEqual(parseTestSummary(output, 1), { passed: 12, failed: 1, ignored: 2 });
});

Deno.test("parseTestSummary() counts a run that could not start as one failure", () => {
  assert.deepEqual(parseTestSummary("", 1), { passed: 0, failed: 1, ignored: 0 });
});
