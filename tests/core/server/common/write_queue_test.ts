import assert from "node:assert/strict";
import { WriteQueue } from "../../../../core/server/common/write_queue.ts";

Deno.test("WriteQueue writes at once when nothing is under way, and waits for nothing then", () => {
  const queue = new WriteQueue();
  const order: string[] = [];
  queue.add(() => void order.push("first"));
  queue.add(() => void order.push("second"));
  assert.deepEqual(order, ["first", "second"]);
  assert.equal(queue.settled, undefined);
});

Deno.test("WriteQueue lets no write overtake another, however late each is", async () => {
  const queue = new WriteQueue();
  const order: string[] = [];
  const first = Promise.withResolvers<void>();
  queue.add(() => first.promise.then(() => void order.push("first")));
  queue.add(() => void order.push("second"));
  queue.add(() => Promise.resolve().then(() => void order.push("third")));
  await Promise.resolve();
  assert.deepEqual(order, []);
  first.resolve();
  await queue.settled;
  assert.deepEqual(order, ["first", "second", "third"]);
  assert.equal(queue.settled, undefined);
});

Deno.test("WriteQueue continues after a rejected write", async () => {
  const queue = new WriteQueue();
  const order: string[] = [];
  queue.add(() => Promise.reject(new TypeError("Cannot write")));
  queue.add(() => void order.push("next"));
  await queue.settled;
  assert.deepEqual(order, ["next"]);
});
