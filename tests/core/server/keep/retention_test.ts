import assert from "node:assert/strict";
import { Retention, type RetentionOptions } from "../../../../core/server/keep/retention.ts";
import { openStore, type SqliteStore } from "../../../../core/store/sqlite/sqlite_store.ts";
import { StoreError } from "../../../../core/store/store.ts";
import { tempDir } from "../../../helpers/mod.ts";
import { message, namesOf } from "../../store/rows.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const START = Date.UTC(2026, 5, 1);
const LOBBY = { name: "#lobby", life: 1 };
const ALL = { kind: "latest", limit: 99_999 } as const;

/** A retention over a store, and its clocks; `check` waits for all the work to be done. */
function retaining(store: SqliteStore, options: Partial<RetentionOptions>) {
  const clock = { wall: START, steady: 0 };
  const make = () =>
    new Retention({
      ...{ upkeep: store.upkeep, notedTime: store.upkeep.notedTime() },
      ...{ keepMs: undefined, keepBytes: undefined },
      wallNow: () => clock.wall,
      steadyNow: () => clock.steady,
      ...options,
    });
  let retention = make();
  return {
    clock,
    pass: (ms: number) => {
      clock.wall += ms;
      clock.steady += ms;
    },
    async check() {
      retention.check();
      await retention.idle;
      return namesOf(store.history.query(LOBBY, ALL));
    },
    restart: () => void (retention = make()),
    [Symbol.asyncDispose]: () => retention[Symbol.asyncDispose](),
  };
}

/** Stores a message that was said so many days before the start. */
function say(store: SqliteStore, name: string, daysAgo: number): void {
  store.history.append(message({ name, time: START - daysAgo * DAY_MS }));
  store.history.commit();
}

Deno.test("Retention forgets all that is too old at once, however much there is", async () => {
  using store = openStore(":memory:");
  for (let n = 0; n < 20_000; n++) {
    const room = `#room${n % 7}`;
    store.history.append(message({ name: `${n}`, room, time: START - 20 * DAY_MS + n }));
  }
  say(store, "new", 1);
  await using kept = retaining(store, { keepMs: 10 * DAY_MS });
  assert.deepEqual(await kept.check(), ["new"]);
  const rooms = Array.from({ length: 7 }, (_, n) => ({ name: `#room${n}`, life: 1 }));
  assert(rooms.every((room) => store.history.query(room, ALL).length === 0));
});

Deno.test("Retention finds old messages behind newer ones", async () => {
  using store = openStore(":memory:");
  for (let n = 0; n < 3_000; n++) say(store, `ahead${n}`, -100);
  for (const life of [1, 2]) {
    store.history.append(message({ name: "old", room: "#tea", life, time: START - 20 * DAY_MS }));
  }
  store.history.commit();
  await using kept = retaining(store, { keepMs: 10 * DAY_MS });
  assert.equal((await kept.check()).length, 3_000);
  for (const life of [1, 2]) assert.deepEqual(store.history.query({ name: "#tea", life }, ALL), []);
});

Deno.test("Retention looks once a minute when there is nothing to forget", async () => {
  using store = openStore(":memory:");
  let looked = 0;
  const prune = store.upkeep.prune.bind(store.upkeep);
  store.upkeep.prune = (...args) => (looked++, prune(...args));
  await using kept = retaining(store, { keepMs: DAY_MS });
  for (let second = 0; second < 120; second++) {
    await kept.check();
    kept.pass(1_000);
  }
  assert.equal(looked, 2);
});

Deno.test("Retention keeps everything by default, and continues after errors of the store", async () => {
  using store = openStore(":memory:");
  say(store, "old", 20_000);
  await using unbounded = retaining(store, {});
  assert.deepEqual(await unbounded.check(), ["old"]);
  let isFailing = true;
  const prune = store.upkeep.prune.bind(store.upkeep);
  store.upkeep.prune = (...args) => {
    if (isFailing) throw new StoreError("disk-full", "no room");
    return prune(...args);
  };
  await using kept = retaining(store, { keepMs: DAY_MS });
  assert.deepEqual(await kept.check(), ["old"]);
  isFailing = false;
  kept.pass(MINUTE_MS);
  assert.deepEqual(await kept.check(), []);
});

Deno.test("Retention and a clock that is wrong", async (t) => {
  const keepMs = 30 * DAY_MS;

  await t.step("three years ahead: nothing is forgotten that was to be kept", async () => {
    using store = openStore(":memory:");
    for (const days of [40, 29, 1]) say(store, `${days}`, days);
    await using kept = retaining(store, { keepMs });
    assert.deepEqual(await kept.check(), ["29", "1"]);
    kept.clock.wall += 1_095 * DAY_MS;
    for (let minute = 0; minute < 60; minute++) {
      kept.pass(MINUTE_MS);
      assert.deepEqual(await kept.check(), ["29", "1"]);
    }
    kept.restart();
    assert.deepEqual(await kept.check(), ["29", "1"], "nor after a restart");
    kept.clock.wall -= 1_095 * DAY_MS;
    kept.pass(DAY_MS);
    assert.deepEqual(await kept.check(), ["1"], "the clock is right again");
  });

  await t.step("a machine that slept for 40 days: what is too old goes, within days", async () => {
    using store = openStore(":memory:");
    say(store, "1", 1);
    await using kept = retaining(store, { keepMs });
    await kept.check();
    kept.clock.wall += 40 * DAY_MS;
    kept.pass(MINUTE_MS);
    assert.deepEqual(await kept.check(), ["1"]);
    kept.pass(4.5 * DAY_MS);
    assert.deepEqual(await kept.check(), []);
  });

  await t.step("a server that was down for 40 days: what is too old goes at once", async () => {
    using store = openStore(":memory:");
    say(store, "1", 1);
    await using kept = retaining(store, { keepMs });
    await kept.check();
    kept.clock.wall += 40 * DAY_MS;
    kept.restart();
    assert.deepEqual(await kept.check(), []);
  });

  await t.step("in 1970 at the start, until the network tells the time", async () => {
    using store = openStore(":memory:");
    await using kept = retaining(store, { keepMs });
    await kept.check();
    for (const days of [31, 1]) say(store, `${days}`, days);
    kept.clock.wall = 0;
    kept.restart();
    assert.deepEqual(await kept.check(), ["31", "1"]);
    kept.clock.wall = START;
    kept.pass(MINUTE_MS);
    assert.deepEqual(await kept.check(), ["1"]);
  });

  await t.step("was ahead: what was said then and since goes by the times since", async () => {
    using store = openStore(":memory:");
    const stamp = START + 1_000 * DAY_MS;
    store.history.append(message({ name: "ahead", time: stamp }));
    for (const [name, days] of [["old", 31], ["new", 1]] as const) {
      const row = message({ name, time: stamp });
      store.history.append({ ...row, time: START - days * DAY_MS });
    }
    store.history.commit();
    store.upkeep.noteTime(START);
    await using kept = retaining(store, { keepMs });
    assert.deepEqual(await kept.check(), ["new"]);
  });
});

Deno.test("Retention keeps the file to a size, the oldest going first", async () => {
  await using folder = await tempDir();
  const path = `${folder.path}/chat.sqlite`;
  const keepBytes = 2 * 1024 ** 2;
  using store = openStore(path);
  await using kept = retaining(store, { keepBytes });
  let count = 0;
  for (let round = 0; round < 30; round++) {
    for (let n = 0; n < 200; n++) {
      const room = n % 2 === 0 ? "#lobby" : "#tea";
      store.history.append(message({ name: `${count++}`, room, text: "x".repeat(500) }));
    }
    store.history.commit();
    await kept.check();
    store.upkeep.tidy();
    assert(store.upkeep.size().usedBytes <= keepBytes);
  }
  const left = [LOBBY, { name: "#tea", life: 1 }].flatMap((room) =>
    namesOf(store.history.query(room, ALL)).map(Number)
  ).toSorted((a, b) => a - b);
  assert.equal(left.at(-1), count - 1);
  assert.equal(left.length, count - left[0]!, "none is left out between");
  assert(left.length > 2_000, "no more than needed goes");
  assert(Deno.statSync(path).size <= keepBytes + 1024 ** 2);
});

Deno.test("Retention gives space back where a file is larger than it may be", async () => {
  await using folder = await tempDir();
  const path = `${folder.path}/chat.sqlite`;
  using store = openStore(path);
  for (let n = 0; n < 20_000; n++) {
    store.history.append(message({ name: `${n}`, text: "x".repeat(500) }));
  }
  store.history.commit();
  const keepBytes = 3 * 1024 ** 2;
  assert(store.upkeep.size().fileBytes > 3 * keepBytes);
  await using kept = retaining(store, { keepBytes });
  await kept.check();
  assert(store.upkeep.size().fileBytes <= keepBytes);
  for (let n = 0; n < 10; n++) store.upkeep.tidy();
  assert(Deno.statSync(path).size <= keepBytes + 2 * 1024 ** 2);
});
