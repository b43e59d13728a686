import assert from "node:assert/strict";
import { openStore } from "../../../core/store/sqlite_store.ts";
import { ban, room } from "./rows.ts";

Deno.test("saveRoom() gives back all of a room, and writes over it in any case", () => {
  using store = openStore(":memory:");
  const garden = room({
    name: "#Garden",
    topic: "roses 🌹",
    topicBy: "amy",
    topicAt: 2_000,
    founder: "amy",
    modes: "+nt",
  });
  store.rooms.save(garden);
  assert.deepEqual(store.rooms.list(), [garden]);
  store.rooms.save(room({ name: "#GARDEN" }));
  assert.deepEqual(store.rooms.list(), [room({ name: "#GARDEN" })]);
});

Deno.test("rooms() are sorted by folded name", () => {
  using store = openStore(":memory:");
  for (const name of ["#c", "#B", "#a"]) store.rooms.save(room({ name }));
  assert.deepEqual(store.rooms.list().map(({ name }) => name), ["#a", "#B", "#c"]);
});

Deno.test("dropRoom() forgets a room once", () => {
  using store = openStore(":memory:");
  store.rooms.save(room({ name: "#garden" }));
  assert.equal(store.rooms.drop("#GARDEN"), true);
  assert.equal(store.rooms.drop("#garden"), false);
  assert.deepEqual(store.rooms.list(), []);
});

Deno.test("bans() come oldest first, with and without an end", () => {
  using store = openStore(":memory:");
  const late = ban({ kind: "account", mask: "bob", at: 2_000 });
  const early = ban({ kind: "cidr", mask: "192.0.2.0/24", at: 1_000, until: 9_000 });
  store.rooms.addBan(late);
  store.rooms.addBan(early);
  assert.deepEqual(store.rooms.bans(), [early, late]);
});

Deno.test("addBan() writes over a ban of that kind and mask, and no other", () => {
  using store = openStore(":memory:");
  store.rooms.addBan(ban({ kind: "account", mask: "Bob" }));
  store.rooms.addBan(ban({ kind: "account", mask: "bob", reason: "worse" }));
  store.rooms.addBan(ban({ kind: "address", mask: "bob" }));
  assert.deepEqual(store.rooms.bans().map(({ kind, reason }) => [kind, reason]), [
    ["account", "worse"],
    ["address", "spam"],
  ]);
});

Deno.test("removeBan() lifts a ban once", () => {
  using store = openStore(":memory:");
  store.rooms.addBan(ban({ kind: "address", mask: "2001:db8::1" }));
  assert.equal(store.rooms.removeBan({ kind: "address", mask: "2001:DB8::1" }), true);
  assert.equal(store.rooms.removeBan({ kind: "address", mask: "2001:db8::1" }), false);
});
