import assert from "node:assert/strict";
import { Retention } from "../../../core/server/retention.ts";
import { openStore } from "../../../core/store/sqlite_store.ts";
import { StoreError } from "../../../core/store/store.ts";
import { message, namesOf } from "../store/rows.ts";

const MINUTE_MS = 60_000;
const ALL = { kind: "latest", limit: 9_999 } as const;

Deno.test("Retention forgets what is too old, a thousand messages a second", () => {
  using store = openStore(":memory:");
  for (let n = 0; n < 2_500; n++) store.appendMessage(message({ name: `${n}`, time: n }));
  store.appendMessage(message({ name: "new", time: 90_000 }));
  store.commit();
  const retention = new Retention({ store, keepMs: 10_000 });
  const left = (now: number) => {
    retention.check(now);
    return store.history({ name: "#lobby", life: 1 }, ALL).length;
  };
  assert.deepEqual([20_000, 21_000, 22_000, 23_000].map(left), [1_501, 501, 1, 1]);
  assert.equal(left(22_000 + MINUTE_MS), 1);
  assert.equal(left(22_000 + 2 * MINUTE_MS), 0);
});

Deno.test("Retention looks once a minute when there is little to forget", () => {
  const looked: number[] = [];
  const prune = (before: number) => looked.push(before) * 0;
  const retention = new Retention({ store: { prune }, keepMs: 5 });
  for (let now = 1_000; now < 1_000 + 2 * MINUTE_MS; now += 1_000) retention.check(now);
  assert.deepEqual(looked, [995, 995 + MINUTE_MS]);
});

Deno.test("Retention keeps everything unless told, and outlives a failing store", () => {
  using store = openStore(":memory:");
  store.appendMessage(message({ name: "old", time: 1 }));
  store.commit();
  new Retention({ store, keepMs: undefined }).check(Date.now());
  assert.deepEqual(namesOf(store.history({ name: "#lobby", life: 1 }, ALL)), ["old"]);
  const failing = {
    prune: () => {
      throw new StoreError("disk-full", "no room");
    },
  };
  new Retention({ store: failing, keepMs: 1 }).check(1_000);
});
