/** Places in the history after the clock was set back, whatever keeps it. @module */
import assert from "node:assert/strict";
import type { HistoryQuery } from "../../../../core/store/store.ts";
import { idOf, message, namesOf } from "../rows.ts";
import type { Contract } from "./contract.ts";

const LOBBY = { name: "#lobby", life: 1 };

/** Tests of `Store.history`. */
export function testShownTimes({ name: implementation, open }: Contract): void {
  const name = "query() after the clock was ahead from 9000 on, and was set back at 9002 to 3000";
  Deno.test(`${implementation}: ${name}`, async (t) => {
    await using store = await open();
    const { history } = store;
    const rows = [
      message({ name: "a", time: 1_000 }),
      message({ name: "b", time: 2_000 }),
      message({ name: "c", time: 9_001 }),
      message({ name: "d", time: 9_002 }),
      ...["e", "f", "g"].map((name, at) => ({
        ...message({ name }),
        id: idOf(name, 9_002),
        time: 3_000 + at * 1_000,
      })),
    ];
    for (const row of rows) history.append(row);
    const ask = async (query: HistoryQuery) => namesOf(await history.query(LOBBY, query)).join("");
    assert.equal(await ask({ kind: "latest", limit: 9 }), "abcdefg", "buffered");
    await history.commit();

    await t.step(
      "keeps the order in which things were said, and the times that were shown",
      async () => {
        assert.deepEqual(await history.query(LOBBY, { kind: "latest", limit: 9 }), rows);
        assert.equal(await history.lastStamp(), 9_002);
      },
    );
    const cases: [string, HistoryQuery, string][] = [
      ["since one's last message", { kind: "after", ref: { time: 4_000 }, limit: 9 }, "g"],
      ["since a time between", { kind: "after", ref: { time: 3_500 }, limit: 9 }, "fg"],
      ["latest since", { kind: "latest", since: { time: 3_000 }, limit: 9 }, "fg"],
      ["before one's first message", { kind: "before", ref: { time: 4_000 }, limit: 2 }, "de"],
      ["before it was set back", { kind: "before", ref: { time: 2_000 }, limit: 9 }, "a"],
      ["before now", { kind: "before", ref: { time: 6_000 }, limit: 3 }, "efg"],
      ["after now", { kind: "after", ref: { time: 6_000 }, limit: 3 }, ""],
      ["while it was ahead", { kind: "before", ref: { time: 9_001 }, limit: 9 }, "ab"],
      ["by id", { kind: "after", ref: { id: idOf("e", 9_002) }, limit: 9 }, "fg"],
      ["around", { kind: "around", ref: { time: 4_000 }, limit: 3 }, "efg"],
    ];
    for (const [what, query, expected] of cases) {
      await t.step(what, async () => assert.equal(await ask(query), expected));
    }
    await t.step("targets show the time of the newest", async () => {
      assert.deepEqual(await history.targets([LOBBY], { from: 0, to: 9_999, limit: 9 }), [
        { room: "#lobby", time: 5_000 },
      ]);
    });
  });
}
