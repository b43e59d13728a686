/** What was said in rooms, whatever keeps it. @module */
import assert from "node:assert/strict";
import type { HistoryQuery, HistoryRef, HistoryRow, Store } from "../../../../core/store/store.ts";
import { idOf, message, namesOf } from "../rows.ts";
import type { Contract } from "./contract.ts";

const LOBBY = { name: "#lobby", life: 1 };
const LATEST = { kind: "latest", limit: 9_999 } as const;

/** Messages "1" to "9" at 1000, 2000, ... 9000; half of them committed, half not. */
async function addNine({ history }: Store): Promise<void> {
  for (let n = 1; n <= 9; n++) {
    history.append(message({ name: `${n}`, time: n * 1_000 }));
    if (n === 5) await history.commit();
  }
}

/** Points to the nth of them. */
function nth(n: number): HistoryRef {
  return { id: idOf(`${n}`, n * 1_000) };
}

function names(rows: readonly HistoryRow[]): string {
  return namesOf(rows).join("");
}

/** Tests of `Store.history`. */
export function testHistory({ name: implementation, open }: Contract): void {
  const test = (name: string, run: (t: Deno.TestContext) => Promise<void>) =>
    Deno.test(`${implementation}: ${name}`, run);

  test("query() returns every field, buffered or stored", async () => {
    await using store = await open();
    const { history } = store;
    const rows = [
      message({ name: "a", tags: { "+draft/react": "👍", "+empty": "", "+__proto__": "x" } }),
      message({ name: "b", kind: "notice", account: undefined, text: "two\nlines" }),
      message({ name: "c", kind: "tags", text: "", tags: { "+typing": "active" } }),
      message({ name: "d", text: "\x01ACTION waves\x01 \ufffd 👩‍👩‍👧" }),
    ];
    for (const row of rows) history.append(row);
    assert.deepEqual(await history.query(LOBBY, LATEST), rows);
    await history.commit();
    assert.deepEqual(await history.query(LOBBY, LATEST), rows);
  });

  test("query() answers each kind of query", async (t) => {
    await using store = await open();
    await addNine(store);
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
      await t.step(name, async () => {
        assert.equal(names(await store.history.query(LOBBY, query)), expected);
      });
    }
  });

  test("query() keeps rooms apart, and takes their names in any case", async () => {
    await using store = await open();
    const { history } = store;
    history.append(message({ name: "1", room: "#Garden" }));
    history.append(message({ name: "2", room: "#kitchen" }));
    const garden = { name: "#GARDEN", life: 1 };
    const around = (name: string) =>
      ({ kind: "around", ref: { id: idOf(name) }, limit: 9 }) as const;
    for (const when of ["buffered", "stored"]) {
      assert.equal(names(await history.query(garden, LATEST)), "1", when);
      const elsewhere = await history.query(garden, around("2"));
      assert.deepEqual(elsewhere, [], `${when}: an id of another room`);
      assert.equal((await history.query(garden, around("1")))[0]?.room, "#garden", when);
      await history.commit();
    }
  });

  test("query() keeps the rooms apart that have had one name", async () => {
    await using store = await open();
    const { history } = store;
    for (const life of [1, 7, 3]) {
      history.append(message({ name: `${life}`, room: "#den", life, time: 10 - life }));
    }
    for (const when of ["buffered", "stored"]) {
      for (const life of [1, 3, 7]) {
        const den = { name: "#Den", life };
        assert.equal(names(await history.query(den, LATEST)), `${life}`, when);
        const other = { kind: "after", ref: { id: idOf("3", 7) }, limit: 9 } as const;
        assert.deepEqual(await history.query({ ...den, life: 1 }, other), []);
        assert.deepEqual(await history.targets([den], { from: 0, to: 99, limit: 9 }), [
          { room: "#den", time: 10 - life },
        ]);
      }
      await history.commit();
    }
    assert.equal(await history.lastStamp(), 9);
  });

  test("query() orders messages of one millisecond by arrival", async () => {
    await using store = await open();
    const { history } = store;
    for (const name of ["c", "a", "b"]) history.append(message({ name }));
    await history.commit();
    for (const name of ["z", "y"]) history.append(message({ name }));
    const ask = async (query: HistoryQuery) => names(await history.query(LOBBY, query));
    assert.equal(await ask(LATEST), "cabzy");
    assert.equal(await ask({ kind: "after", ref: { id: idOf("a") }, limit: 2 }), "bz");
    assert.equal(await ask({ kind: "before", ref: { time: 1_000 }, limit: 9 }), "");
  });

  test("query() answers as of the call, whatever is said while the answer is on its way", async () => {
    await using store = await open();
    const { history } = store;
    history.append(message({ name: "1" }));
    await history.commit();
    history.append(message({ name: "2" }));
    const answer = history.query(LOBBY, LATEST);
    history.append(message({ name: "3" }));
    await history.commit();
    assert.equal(names(await answer), "12");
  });

  test("commit() stores batches of any size whole and in order", async () => {
    await using store = await open();
    const { history } = store;
    let next = 0;
    for (const size of [1, 15, 16, 17, 31, 32, 33, 1_000]) {
      for (let n = 0; n < size; n++) history.append(message({ name: `${next++}` }));
      assert.equal(history.pending, size);
      await history.commit();
      assert.equal(history.pending, 0);
    }
    const rows = await history.query(LOBBY, LATEST);
    assert.deepEqual(namesOf(rows).map(Number), [...Array(next).keys()]);
  });

  test("targets() lists rooms by their newest message", async () => {
    await using store = await open();
    const { history } = store;
    history.append(message({ name: "1", room: "#a", time: 1_000 }));
    history.append(message({ name: "2", room: "#b", time: 2_000 }));
    await history.commit();
    history.append(message({ name: "3", room: "#a", time: 3_000 }));
    history.append(message({ name: "4", room: "#C", time: 4_000 }));
    const rooms = ["#A", "#b", "#c", "#empty"].map((name) => ({ name, life: 1 }));
    const targets = async (from: number, to: number, limit = 9) =>
      (await history.targets(rooms, { from, to, limit })).map(({ room, time }) =>
        `${room} ${time}`
      );
    assert.deepEqual(await targets(0, 9_000), ["#b 2000", "#a 3000", "#c 4000"]);
    assert.deepEqual(await targets(0, 9_000, 2), ["#b 2000", "#a 3000"]);
    assert.deepEqual(await targets(9_000, 0, 2), ["#a 3000", "#c 4000"]);
    assert.deepEqual(await targets(2_000, 4_000), ["#a 3000"], "bounds are exclusive");
    assert.deepEqual(await targets(0, 9_000, 0), []);
    assert.deepEqual(await targets(9_000, 0, 0), []);
  });
}
