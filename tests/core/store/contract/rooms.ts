/** Rooms and bans, whatever keeps them. @module */
import assert from "node:assert/strict";
import { ban, room } from "../rows.ts";
import type { Contract } from "./contract.ts";

/** Tests of `Store.rooms`. */
export function testRooms({ name: implementation, open }: Contract): void {
  const test = (name: string, run: () => Promise<void>) =>
    Deno.test(`${implementation}: ${name}`, run);

  test("save() keeps all of a room, and replaces it in any case", async () => {
    await using store = await open();
    const { rooms } = store;
    const garden = room({
      name: "#Garden",
      topic: "roses 🌹",
      topicBy: "amy",
      topicAt: 2_000,
      founder: "amy",
      modes: "+nt",
    });
    await rooms.save(garden);
    assert.deepEqual(await rooms.list(), [garden]);
    await rooms.save(room({ name: "#GARDEN" }));
    assert.deepEqual(await rooms.list(), [room({ name: "#GARDEN" })]);
  });

  test("list() is sorted by folded name", async () => {
    await using store = await open();
    const { rooms } = store;
    for (const name of ["#c", "#B", "#a"]) await rooms.save(room({ name }));
    assert.deepEqual((await rooms.list()).map(({ name }) => name), ["#a", "#B", "#c"]);
  });

  test("drop() deletes a room once", async () => {
    await using store = await open();
    const { rooms } = store;
    await rooms.save(room({ name: "#garden" }));
    assert.equal(await rooms.drop("#GARDEN"), true);
    assert.equal(await rooms.drop("#garden"), false);
    assert.deepEqual(await rooms.list(), []);
  });

  test("bans() come oldest first, with and without an end", async () => {
    await using store = await open();
    const { rooms } = store;
    const late = ban({ kind: "account", mask: "bob", at: 2_000 });
    const early = ban({ kind: "cidr", mask: "192.0.2.0/24", at: 1_000, until: 9_000 });
    await rooms.addBan(late);
    await rooms.addBan(early);
    assert.deepEqual(await rooms.bans(), [early, late]);
  });

  test("addBan() replaces a ban of that kind and mask, and no other", async () => {
    await using store = await open();
    const { rooms } = store;
    await rooms.addBan(ban({ kind: "account", mask: "Bob" }));
    await rooms.addBan(ban({ kind: "account", mask: "bob", reason: "worse" }));
    await rooms.addBan(ban({ kind: "address", mask: "bob" }));
    assert.deepEqual((await rooms.bans()).map(({ kind, mask, reason }) => [kind, mask, reason]), [
      ["account", "bob", "worse"],
      ["address", "bob", "spam"],
    ]);
  });

  test("removeBan() lifts a ban once", async () => {
    await using store = await open();
    const { rooms } = store;
    await rooms.addBan(ban({ kind: "address", mask: "2001:db8::1" }));
    assert.equal(await rooms.removeBan({ kind: "address", mask: "2001:DB8::1" }), true);
    assert.equal(await rooms.removeBan({ kind: "address", mask: "2001:db8::1" }), false);
  });
}
