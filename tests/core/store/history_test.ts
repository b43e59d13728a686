import assert from "node:assert/strict";
import { openStore, type SqliteStore } from "../../../core/store/sqlite_store.ts";
import type { HistoryQuery, HistoryRef, HistoryRow } from "../../../core/store/store.ts";
import { idOf, message, namesOf, pruneAll } from "./rows.ts";

/** Messages "1" to "9" at 1000, 2000, ... 9000; half of them committed, half not. */
function nine(): SqliteStore {
  const store = openStore(":memory:");
  for (let n = 1; n <= 9; n++) {
    store.history.append(message({ name: `${n}`, time: n * 1_000 }));
    if (n === 5) store.history.commit();
  }
  return store;
}

/** What points to the nth of them. */
function nth(n: number): HistoryRef {
  return { id: idOf(`${n}`, n * 1_000) };
}

function names(rows: readonly HistoryRow[]): string {
  return namesOf(rows).join("");
}

Deno.test("history() gives back every field, buffered or stored", () => {
  using store = openStore(":memory:");
  const rows = [
    message({ name: "a", tags: { "+draft/react": "👍", "+empty": "", "+__proto__": "x" } }),
    message({ name: "b", kind: "notice", account: undefined, text: "two\nlines" }),
    message({ name: "c", kind: "tags", text: "", tags: { "+typing": "active" } }),
    message({ name: "d", text: "\x01ACTION waves\x01 \ufffd 👩‍👩‍👧" }),
  ];
  for (const row of rows) store.history.append(row);
  assert.deepEqual(
    store.history.query({ name: "#lobby", life: 1 }, { kind: "latest", limit: 9 }),
    rows,
  );
  store.history.commit();
  assert.deepEqual(
    store.history.query({ name: "#lobby", life: 1 }, { kind: "latest", limit: 9 }),
    rows,
  );
});

Deno.test("history() answers each kind of query", async (t) => {
  using store = nine();
  const cases: [string, HistoryQuery, string][] = [
    ["latest", { kind: "latest", limit: 3 }, "789"],
    ["latest with room to spare", { kind: "latest", limit: 50 }, "123456789"],
    ["latest since an id", { kind: "latest", since: nth(7), limit: 50 }, "89"],
    ["latest since a time, cut", { kind: "latest", since: { time: 3_000 }, limit: 2 }, "89"],
    ["before an id", { kind: "before", ref: nth(5), limit: 2 }, "34"],
    ["before a time", { kind: "before", ref: { time: 5_000 }, limit: 2 }, "34"],
    ["before a time between two", { kind: "before", ref: { time: 5_500 }, limit: 2 }, "45"],
    ["before the first", { kind: "before", ref: nth(1), limit: 2 }, ""],
    ["after an id", { kind: "after", ref: nth(4), limit: 3 }, "567"],
    ["after a time", { kind: "after", ref: { time: 4_000 }, limit: 3 }, "567"],
    ["after the last", { kind: "after", ref: nth(9), limit: 3 }, ""],
    ["around an id", { kind: "around", ref: nth(5), limit: 5 }, "34567"],
    ["around an id, even", { kind: "around", ref: nth(5), limit: 4 }, "3456"],
    ["around an id, one", { kind: "around", ref: nth(5), limit: 1 }, "5"],
    ["around a time", { kind: "around", ref: { time: 5_500 }, limit: 4 }, "4567"],
    ["around the first", { kind: "around", ref: nth(1), limit: 4 }, "12"],
    ["between", { kind: "between", start: nth(3), end: nth(7), limit: 9 }, "456"],
    ["between, cut", { kind: "between", start: nth(3), end: nth(7), limit: 2 }, "45"],
    [
      "between, backwards",
      { kind: "between", start: nth(7), end: nth(3), limit: 2 },
      "56",
    ],
    [
      "between times",
      { kind: "between", start: { time: 3_000 }, end: { time: 7_000 }, limit: 9 },
      "456",
    ],
    [
      "between an id and a time",
      { kind: "between", start: { time: 9_500 }, end: nth(7), limit: 9 },
      "89",
    ],
    ["between a message and itself", {
      kind: "between",
      start: nth(5),
      end: nth(5),
      limit: 9,
    }, ""],
    ["none", { kind: "latest", limit: 0 }, ""],
    ["less than none", { kind: "latest", limit: -1 }, ""],
    ["an id of that time, unknown", {
      kind: "after",
      ref: { id: idOf("8", 7_000) },
      limit: 9,
    }, ""],
    ["an unknown id", { kind: "after", ref: { id: "?" }, limit: 9 }, ""],
    ["an unknown since", { kind: "latest", since: { id: "?" }, limit: 9 }, ""],
  ];
  for (const [name, query, expected] of cases) {
    await t.step(
      name,
      () => assert.equal(names(store.history.query({ name: "#lobby", life: 1 }, query)), expected),
    );
  }
});

Deno.test("history() keeps rooms apart, and takes their names in any case", () => {
  using store = openStore(":memory:");
  store.history.append(message({ name: "1", room: "#Garden" }));
  store.history.append(message({ name: "2", room: "#kitchen" }));
  for (const when of ["buffered", "stored"]) {
    assert.equal(
      names(store.history.query({ name: "#GARDEN", life: 1 }, { kind: "latest", limit: 9 })),
      "1",
      when,
    );
    const elsewhere = { kind: "around", ref: { id: idOf("2") }, limit: 9 } as const;
    assert.deepEqual(
      store.history.query({ name: "#garden", life: 1 }, elsewhere),
      [],
      `${when}: an id of another room`,
    );
    const here = { kind: "around", ref: { id: idOf("1") }, limit: 9 } as const;
    assert.equal(store.history.query({ name: "#garden", life: 1 }, here)[0]?.room, "#garden", when);
    store.history.commit();
  }
});

Deno.test("history() orders messages of one millisecond by arrival", () => {
  using store = openStore(":memory:");
  for (const name of ["c", "a", "b"]) store.history.append(message({ name }));
  store.history.commit();
  for (const name of ["z", "y"]) store.history.append(message({ name }));
  assert.equal(
    names(store.history.query({ name: "#lobby", life: 1 }, { kind: "latest", limit: 9 })),
    "cabzy",
  );
  assert.equal(
    names(
      store.history.query({ name: "#lobby", life: 1 }, {
        kind: "after",
        ref: { id: idOf("a") },
        limit: 2,
      }),
    ),
    "bz",
  );
  assert.equal(
    names(
      store.history.query({ name: "#lobby", life: 1 }, {
        kind: "before",
        ref: { time: 1_000 },
        limit: 9,
      }),
    ),
    "",
  );
});

Deno.test("commit() stores batches of any size whole and in order", () => {
  using store = openStore(":memory:");
  let next = 0;
  for (const size of [1, 15, 16, 17, 31, 32, 33, 1_000]) {
    for (let n = 0; n < size; n++) store.history.append(message({ name: `${next++}` }));
    assert.equal(store.history.pending, size);
    store.history.commit();
    assert.equal(store.history.pending, 0);
  }
  const rows = store.history.query({ name: "#lobby", life: 1 }, { kind: "latest", limit: 9_999 });
  assert.deepEqual(namesOf(rows).map(Number), [...Array(next).keys()]);
});

Deno.test("historyTargets() lists rooms by their newest message", () => {
  using store = openStore(":memory:");
  store.history.append(message({ name: "1", room: "#a", time: 1_000 }));
  store.history.append(message({ name: "2", room: "#b", time: 2_000 }));
  store.history.commit();
  store.history.append(message({ name: "3", room: "#a", time: 3_000 }));
  store.history.append(message({ name: "4", room: "#C", time: 4_000 }));
  const rooms = ["#A", "#b", "#c", "#empty"].map((name) => ({ name, life: 1 }));
  const targets = (from: number, to: number, limit = 9) =>
    store.history.targets(rooms, { from, to, limit }).map(({ room, time }) => `${room} ${time}`);
  assert.deepEqual(targets(0, 9_000), ["#b 2000", "#a 3000", "#c 4000"]);
  assert.deepEqual(targets(0, 9_000, 2), ["#b 2000", "#a 3000"]);
  assert.deepEqual(targets(9_000, 0, 2), ["#a 3000", "#c 4000"]);
  assert.deepEqual(targets(2_000, 4_000), ["#a 3000"], "bounds are exclusive");
  assert.deepEqual(targets(0, 9_000, 0), []);
  assert.deepEqual(targets(9_000, 0, 0), []);
});

Deno.test("prune() forgets what is older, stored or buffered, in every room", () => {
  using store = openStore(":memory:");
  for (const [at, room] of ["#a", "#b", "#c"].entries()) {
    store.history.append(message({ name: `old${at}`, room, time: 1_000 }));
    store.history.append(message({ name: `new${at}`, room, time: 2_000 }));
  }
  store.history.commit();
  store.history.append(message({ name: "buffered", room: "#a", time: 1_500 }));
  assert.equal(pruneAll(store, 2_000), 4);
  assert.equal(pruneAll(store, 2_000), 0);
  assert.equal(store.history.pending, 0);
  assert.deepEqual(
    namesOf(store.history.query({ name: "#a", life: 1 }, { kind: "latest", limit: 9 })),
    [
      "new0",
    ],
  );
  const old = { kind: "around", ref: { id: idOf("old2") }, limit: 9 } as const;
  assert.deepEqual(store.history.query({ name: "#c", life: 1 }, old), []);
});

Deno.test("prune() forgets no more at once than it is told", () => {
  using store = openStore(":memory:");
  for (let n = 0; n < 25; n++) store.history.append(message({ name: `${n}`, time: n }));
  store.history.commit();
  const prune = () => store.upkeep.prune({ before: 25, now: 25 }, 10);
  assert.deepEqual([prune(), prune(), prune(), prune()], [
    { forgotten: 10, isDone: false },
    { forgotten: 10, isDone: false },
    { forgotten: 5, isDone: false },
    { forgotten: 0, isDone: true },
  ]);
});

Deno.test("history() parts the rooms that have had one name", () => {
  using store = openStore(":memory:");
  for (const life of [1, 7, 3]) {
    store.history.append(message({ name: `${life}`, room: "#den", life, time: 10 - life }));
  }
  for (const when of ["buffered", "stored"]) {
    for (const life of [1, 3, 7]) {
      const den = { name: "#Den", life };
      assert.equal(names(store.history.query(den, { kind: "latest", limit: 9 })), `${life}`, when);
      const other = { kind: "after", ref: { id: idOf("3", 7) }, limit: 9 } as const;
      assert.deepEqual(store.history.query({ ...den, life: 1 }, other), []);
      assert.deepEqual(store.history.targets([den], { from: 0, to: 99, limit: 9 }), [
        { room: "#den", time: 10 - life },
      ]);
    }
    store.history.commit();
  }
  assert.equal(store.history.lastStamp(), 9);
  assert.equal(pruneAll(store, 4), 1);
});
