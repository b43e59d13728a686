import assert from "node:assert/strict";
import { LineQueue } from "../../../../cmd/terminal/screen/line_queue.ts";

Deno.test("LineQueue gives lines in order, also those that its reader's first wish brings", async () => {
  const queue = new LineQueue(() => {
    for (const text of ["one", "two"]) queue.push({ text, isText: false });
  });
  const first = await queue.next();
  assert.deepEqual(first.value, { text: "one", isText: false });
  assert.deepEqual((await queue.next()).value, { text: "two", isText: false });
});

Deno.test("LineQueue gives what was entered before its end, and nothing after", async () => {
  const queue = new LineQueue();
  queue.push({ text: "one", isText: false });
  queue.end("interrupted");
  queue.push({ text: "late", isText: false });
  queue.end("end-of-input");
  assert.equal((await queue.next()).value?.text, "one");
  assert.equal((await queue.next()).done, true);
  assert.equal(queue.outcome, "interrupted");
  await queue.interrupted;
});
