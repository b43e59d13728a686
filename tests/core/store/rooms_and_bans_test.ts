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
  store.saveRoom(garden);
  assert.deepEqual(store.rooms(), [garden]);
  store.saveRoom(room({ name: "#GARDEN" }));
  assert.deepEqual(store.rooms(), [room({ name: "#GARDEN" })]);
});

Deno.test("rooms() are sorted by folded name", () => {
  using store = openStore(":memory:");
  for (const name of ["#c", "#B", "#a"]) store.saveRoom(room({ name }));
  assert.deepEqual(store.rooms().map(({ name }) => name), ["#a", "#B", "#c"]);
});

Deno.test("dropRoom() forgets a room once", () => {
  using store = openStore(":memory:");
  store.saveRoom(room({ name: "#garden" }));
  assert.equal(store.dropRoom("#GARDEN"), true);
  assert.equal(store.dropRoom("#garden"), false);
  assert.deepEqual(store.rooms(), []);
});

Deno.test("bans() come oldest first, with and without an end", () => {
  using store = openStore(":memory:");
  const late = ban({ kind: "account", mask: "bob", at: 2_000 });
  const early = ban({ kind: "cidr", mask: "192.0.2.0/24", at: 1_000, until: 9_000 });
  store.addBan(late);
  store.addBan(early);
  assert.deepEqual(store.bans(), [early, late]);
});

Deno.test("addBan() writes over a ban of that kind and mask, and no other", () => {
  using store = openStore(":memory:");
  store.addBan(ban({ kind: "account", mask: "Bob" }));
  store.addBan(ban({ kind: "account", mask: "bob", reason: "worse" }));
  store.addBan(ban({ kind: "address", mask: "bob" }));
  assert.deepEqual(store.bans().map(({ kind, reason }) => [kind, reason]), [
    ["account", "worse"],
    ["address", "spam"],
  ]);
});

Deno.test("removeBan() lifts a ban once", () => {
  using store = openStore(":memory:");
  store.addBan(ban({ kind: "address", mask: "2001:db8::1" }));
  assert.equal(store.removeBan({ kind: "address", mask: "2001:DB8::1" }), true);
  assert.equal(store.removeBan({ kind: "address", mask: "2001:db8::1" }), false);
});
