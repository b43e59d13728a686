/** Pruning and noted times, whatever keeps them. @module */
import assert from "node:assert/strict";
import { EARLIEST_TIME } from "../../../../core/ground/clock.ts";
import { idOf, message, namesOf, pruneAll } from "../rows.ts";
import type { Contract } from "./contract.ts";

const LOBBY = { name: "#lobby", life: 1 };
const LATEST = { kind: "latest", limit: 9_999 } as const;

/** Tests of `Store.upkeep`. */
export function testUpkeep({ name: implementation, open }: Contract): void {
  const test = (name: string, run: () => Promise<void>) =>
    Deno.test(`${implementation}: ${name}`, run);

  test("prune() deletes what is older, stored or buffered, in every room", async () => {
    await using store = await open();
    const { history } = store;
    for (const [at, room] of ["#a", "#b", "#c"].entries()) {
      history.append(message({ name: `old${at}`, room, time: 1_000 }));
      history.append(message({ name: `new${at}`, room, time: 2_000 }));
    }
    await history.commit();
    history.append(message({ name: "buffered", room: "#a", time: 1_500 }));
    assert.equal(await pruneAll(store, 2_000), 4);
    assert.equal(await pruneAll(store, 2_000), 0);
    assert.equal(history.pending, 0);
    assert.deepEqual(namesOf(await history.query({ name: "#a", life: 1 }, LATEST)), ["new0"]);
    const old = { kind: "around", ref: { id: idOf("old2") }, limit: 9 } as const;
    assert.deepEqual(await history.query({ name: "#c", life: 1 }, old), []);
  });

  test("prune() deletes no more at once than its limit, and says when it is done", async () => {
    await using store = await open();
    for (let n = 0; n < 25; n++) store.history.append(message({ name: `${n}`, time: n }));
    await store.history.commit();
    const forgotten: number[] = [];
    for (let isDone = false; !isDone;) {
      const step = await store.upkeep.prune({ before: 25, now: 25 }, 10);
      forgotten.push(step.forgotten);
      isDone = step.isDone;
    }
    assert.deepEqual(forgotten.filter((count) => count > 0), [10, 10, 5]);
  });

  test("prune() deletes by the times that were shown where stamps are of a clock that was ahead", async () => {
    await using store = await open();
    const { history, upkeep } = store;
    const now = EARLIEST_TIME + 10_000;
    const ahead = now + 1_000_000;
    for (const [name, time] of [["old", EARLIEST_TIME + 1], ["new", now]] as const) {
      history.append({ ...message({ name }), id: idOf(name, ahead), time });
    }
    await history.commit();
    const cut = { before: EARLIEST_TIME + 5_000, now };
    while (!(await upkeep.prune(cut, 10)).isDone) { /* until all is deleted */ }
    assert.deepEqual(namesOf(await history.query(LOBBY, LATEST)), ["new"]);
  });

  test("pruneOldest() deletes what was said first", async () => {
    await using store = await open();
    const { history, upkeep } = store;
    for (const name of ["1", "2", "3"]) history.append(message({ name, room: `#${name}` }));
    await history.commit();
    assert.equal(await upkeep.pruneOldest(2), 2);
    assert.deepEqual(namesOf(await history.query({ name: "#3", life: 1 }, LATEST)), ["3"]);
    assert.deepEqual(await history.query({ name: "#1", life: 1 }, LATEST), []);
    assert.equal(await upkeep.pruneOldest(2), 1);
    assert.equal(await upkeep.pruneOldest(2), 0);
  });

  test("noteTime() is what notedTime() returns from then on", async () => {
    await using store = await open();
    assert.equal(await store.upkeep.notedTime(), undefined);
    await store.upkeep.noteTime(1_000.4);
    assert.equal(await store.upkeep.notedTime(), 1_000);
  });

  test("size() grows with what is stored, and tidy() and shrink() lose nothing", async () => {
    await using store = await open();
    const { history, upkeep } = store;
    const before = await upkeep.size();
    for (let n = 0; n < 200; n++) history.append(message({ name: `${n}`, text: "x".repeat(500) }));
    await history.commit();
    await upkeep.tidy();
    await upkeep.shrink(1_000_000);
    const after = await upkeep.size();
    assert(after.usedBytes > before.usedBytes + 50_000);
    assert(after.fileBytes >= after.usedBytes);
    assert.equal((await history.query(LOBBY, LATEST)).length, 200);
  });

  test("disposing a second time does nothing", async () => {
    const store = await open();
    store.history.append(message({ name: "1" }));
    await store[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
  });
}
