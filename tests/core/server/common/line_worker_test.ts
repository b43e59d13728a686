import assert from "node:assert/strict";
import fc from "fast-check";
import type { MessageBucket } from "../../../../core/net/throttle.ts";
import {
  LineWorker,
  type LineWorkerOptions,
  MAX_WAITING_LINES,
} from "../../../../core/server/common/line_worker.ts";

/** A line, and how long its work takes. */
interface TestLine {
  readonly id: number;
  readonly how: "at once" | "later" | "throws" | "rejects";
}

const FREE: MessageBucket = { take: () => ({ state: "ok" }) };

/** A worker that notes what it is asked, in order. */
function noting(options: Partial<LineWorkerOptions<TestLine>> = {}) {
  const worked: number[] = [];
  const crowded: boolean[] = [];
  let [running, failures, limits] = [0, 0, 0];
  const worker = new LineWorker<TestLine>({
    bucket: FREE,
    work({ id, how }) {
      assert.equal(running, 0, "one line at a time");
      worked.push(id);
      if (how === "at once") return;
      if (how === "throws") throw new Error("broken");
      running++;
      return Promise.resolve().then(() => {
        running--;
        if (how === "rejects") throw new Error("broken later");
      });
    },
    crowded: (isCrowded) => crowded.push(isCrowded),
    limited: () => limits++,
    failed: () => failures++,
    ...options,
  });
  const done = () => new Promise<void>((resolve) => worker.finish(resolve));
  return { worker, worked, crowded, done, failures: () => failures, limits: () => limits };
}

const hows = fc.array(fc.constantFrom<TestLine["how"]>("at once", "later", "throws", "rejects"), {
  maxLength: 200,
});

Deno.test("LineWorker works off every line once, in order, whatever comes of the others", async () => {
  await fc.assert(fc.asyncProperty(hows, async (all) => {
    const { worker, worked, done, failures } = noting();
    all.forEach((how, id) => worker.take({ id, how }));
    await done();
    assert.deepEqual(worked, all.map((_, id) => id));
    assert.equal(failures(), all.filter((how) => how === "throws" || how === "rejects").length);
    assert(!worker.isWorking);
  }));
});

Deno.test("LineWorker says once that it is crowded, and once that it is not", async () => {
  await fc.assert(fc.asyncProperty(hows, async (all) => {
    const { worker, crowded, done } = noting();
    for (const [id, how] of [...all, "later" as const].entries()) worker.take({ id, how });
    for (let id = 0; id <= MAX_WAITING_LINES; id++) worker.take({ id, how: "at once" });
    assert.deepEqual(crowded, [true]);
    await done();
    assert.deepEqual(crowded, [true, false]);
  }));
});

Deno.test("LineWorker works on nothing after stop(), and never says that it is done", async () => {
  await fc.assert(fc.asyncProperty(hows, fc.nat(200), async (all, at) => {
    const { worker, worked, crowded } = noting();
    let isDone = false;
    for (const [id, how] of all.entries()) {
      if (id === at) worker.stop();
      worker.take({ id, how });
    }
    worker.stop();
    const before = [worked.length, crowded.length];
    worker.take({ id: -1, how: "at once" });
    worker.finish(() => isDone = true);
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
    assert.deepEqual([worked.length, crowded.length], before);
    assert(!isDone && !worker.isWorking);
  }));
});

Deno.test("LineWorker lets lines wait for the throttle, and says so the first time", async () => {
  let tokens = 0;
  const { worker, worked, done, limits } = noting({
    bucket: { take: () => tokens++ % 3 === 2 ? { state: "ok" } : { state: "limited", retryMs: 1 } },
  });
  for (let id = 0; id < 4; id++) worker.take({ id, how: "at once" });
  assert.deepEqual(worked, []);
  assert(worker.isWorking);
  await done();
  assert.deepEqual(worked, [0, 1, 2, 3]);
  assert.equal(limits(), 1);
});

Deno.test("LineWorker takes nothing more once it is to finish", async () => {
  const { worker, worked, done } = noting();
  worker.take({ id: 0, how: "later" });
  const finished = done();
  worker.take({ id: 1, how: "at once" });
  await finished;
  assert.deepEqual(worked, [0]);
});
