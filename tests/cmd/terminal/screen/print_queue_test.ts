import assert from "node:assert/strict";
import { MAX_PENDING_LINES, PrintQueue } from "../../../../cmd/terminal/screen/print_queue.ts";

Deno.test("PrintQueue gives each line once, in order", () => {
  const queue = new PrintQueue();
  queue.push("one\ntwo\r\nthree");
  queue.push("four");
  assert.deepEqual(queue.take(), ["one", "two", "three", "four"]);
  assert.deepEqual(queue.take(), []);
});

Deno.test("PrintQueue drops the oldest when it is full, and says how many", () => {
  const queue = new PrintQueue();
  for (let n = 1; n <= MAX_PENDING_LINES + 3; n++) queue.push(`line ${n}`);
  const lines = queue.take();
  assert.equal(lines.length, MAX_PENDING_LINES + 1);
  assert.deepEqual(lines.slice(0, 2), ["... 3 lines were not shown", "line 4"]);
});
