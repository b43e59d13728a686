import assert from "node:assert/strict";
import { HashGate } from "../../../core/identity/hash_gate.ts";

/** A task that ends when told. */
function task(log: string[], name: string) {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const run = () => {
    log.push(name);
    return promise;
  };
  return { run, finish: () => resolve(name), fail: () => reject(new Error(name)) };
}

Deno.test("HashGate runs so many at once, and the rest in the order in which they came", async () => {
  const gate = new HashGate({ atOnce: 2, waiting: 9 });
  const log: string[] = [];
  const tasks = ["a", "b", "c", "d"].map((name) => task(log, name));
  const done = tasks.map(({ run }) => gate.run(run));
  assert.deepEqual(log, ["a", "b"]);
  assert.equal(gate.waiting, 2);
  tasks[1]!.finish();
  await done[1];
  assert.deepEqual(log, ["a", "b", "c"]);
  for (const { finish } of tasks) finish();
  assert.deepEqual(await done[3], { state: "done", value: "d" });
  assert.deepEqual(log, ["a", "b", "c", "d"]);
});

Deno.test("HashGate turns away who finds the line full, and takes them when there is room", async () => {
  const gate = new HashGate({ atOnce: 1, waiting: 1 });
  const log: string[] = [];
  const [first, second] = [task(log, "a"), task(log, "b")];
  const done = [gate.run(first.run), gate.run(second.run)];
  assert.deepEqual(await gate.run(() => Promise.resolve("c")), { state: "busy" });
  first.finish();
  second.finish();
  await Promise.all(done);
  assert.deepEqual(await gate.run(() => Promise.resolve("d")), { state: "done", value: "d" });
});

Deno.test("HashGate gives the place of a failed task to the next", async () => {
  const gate = new HashGate({ atOnce: 1, waiting: 1 });
  const failing = task([], "boom");
  const failed = gate.run(failing.run);
  const next = gate.run(() => Promise.resolve("next"));
  failing.fail();
  await assert.rejects(failed, /boom/);
  assert.deepEqual(await next, { state: "done", value: "next" });
});

Deno.test("HashGate lets a waiting one leave, and the others move up", async () => {
  const gate = new HashGate({ atOnce: 1, waiting: 2 });
  const log: string[] = [];
  const first = task(log, "a");
  const leaving = new AbortController();
  const done = gate.run(first.run);
  const left = gate.run(task(log, "b").run, { signal: leaving.signal });
  const last = gate.run(() => Promise.resolve("c"), { signal: new AbortController().signal });
  leaving.abort(new Error("gone"));
  await assert.rejects(left, /gone/);
  first.finish();
  await done;
  assert.deepEqual(await last, { state: "done", value: "c" });
  assert.deepEqual(log, ["a"]);
  await assert.rejects(gate.run(() => Promise.resolve("d"), { signal: leaving.signal }), /gone/);
});

Deno.test("HashGate gives origins their turns, and those that come first before all others", async () => {
  const gate = new HashGate({ atOnce: 1, waiting: 99 });
  const log: string[] = [];
  const blocker = task(log, "blocker");
  const done = [gate.run(blocker.run)];
  const add = (name: string, waiter: { from: string; isFirst?: boolean }) =>
    done.push(gate.run(() => Promise.resolve(log.push(name)).then(String), waiter));
  for (let n = 1; n <= 4; n++) add(`flood${n}`, { from: "a" });
  add("stranger", { from: "b" });
  add("member1", { from: "a", isFirst: true });
  add("member2", { from: "c", isFirst: true });
  blocker.finish();
  await Promise.all(done);
  const order = [
    "blocker",
    "member1",
    "member2",
    "flood1",
    "stranger",
    "flood2",
    "flood3",
    "flood4",
  ];
  assert.deepEqual(log, order);
});
