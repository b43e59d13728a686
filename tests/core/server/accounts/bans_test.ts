import assert from "node:assert/strict";
import {
  Bans,
  describeBan,
  isBanned,
  type NewBan,
  parseBanTarget,
} from "../../../../core/server/accounts/bans.ts";
import { openStore, type SqliteStore } from "../../../../core/store/sqlite/sqlite_store.ts";
import { StoreError } from "../../../../core/store/store.ts";

const BAN: NewBan = { kind: "account", mask: "bob", reason: "", by: "test", forMs: undefined };

function bansOf(store: SqliteStore, now: () => number): Bans {
  return new Bans({ store: store.rooms, stored: store.rooms.bans(), now });
}

Deno.test("parseBanTarget() tells accounts, addresses and networks apart", () => {
  const targets: Record<string, string | undefined> = {
    "Bob": "account bob",
    "10": "account 10",
    "[x]": "account [x]",
    "192.0.2.7": "address 192.0.2.7",
    "::FFFF:192.0.2.7": "address 192.0.2.7",
    "2001:DB8:0:0::1": "address 2001:db8::1",
    "fe80::1%eth0": "address fe80::1",
    "192.0.2.77/24": "cidr 192.0.2.0/24",
    "::ffff:192.0.2.77/120": "cidr 192.0.2.0/24",
    "2001:db8::1/32": "cidr 2001:db8::/32",
    "0.0.0.0/0": "cidr 0.0.0.0/0",
    "192.0.2.300": undefined,
    "192.0.2": undefined,
    "192.0.2.0/33": undefined,
    "::ffff:192.0.2.0/64": undefined,
    "192.0.2.0/": undefined,
    "192.0.2.0/2x": undefined,
    "bob/24": undefined,
    "b": undefined,
    "two words": undefined,
    "": undefined,
  };
  for (const [text, wanted] of Object.entries(targets)) {
    const target = parseBanTarget(text);
    assert.equal(target && `${target.kind} ${target.mask}`, wanted, text);
  }
});

Deno.test("describeBan() says until when and why, as far as there is that", () => {
  const until = Date.UTC(2030, 0, 31, 12);
  assert.equal(describeBan({ reason: "", until: undefined }), "banned");
  assert.equal(describeBan({ reason: "spam", until: undefined }), "banned (spam)");
  assert.equal(describeBan({ reason: "spam", until }), "banned until 2030-01-31 12:00 UTC (spam)");
});

Deno.test("Bans", async (t) => {
  using store = openStore(":memory:");
  let now = 1_000_000;
  const bans = bansOf(store, () => now);
  bans.add(BAN);
  bans.add({ ...BAN, kind: "address", mask: "192.0.2.7" });
  bans.add({ ...BAN, kind: "cidr", mask: "2001:db8::/32" });
  bans.add({ ...BAN, kind: "cidr", mask: "198.51.100.128/25", forMs: 5_000 });

  await t.step("know accounts whatever the case", () => {
    assert.equal(bans.ofAccount("BOB")?.mask, "bob");
    assert.equal(bans.ofAccount("bobby"), undefined);
  });
  const addresses: Record<string, boolean> = {
    "192.0.2.7": true,
    "::ffff:192.0.2.7": true,
    "192.0.2.8": false,
    "2001:db8:ffff::1": true,
    "2001:db9::1": false,
    "198.51.100.128": true,
    "198.51.100.127": false,
    "::ffff:198.51.100.200": true,
    "": false,
    "not an address": false,
  };
  for (const [address, isBanned] of Object.entries(addresses)) {
    await t.step(`${isBanned ? "hold" : "let pass"} ${address || "nothing"}`, () => {
      assert.equal(bans.ofAddress(address) !== undefined, isBanned);
    });
  }
  await t.step("are read by the next server", () => {
    const next = bansOf(store, () => now);
    assert.equal(next.ofAccount("bob")?.by, "test");
    assert(next.ofAddress("2001:db8::5"));
  });
  await t.step("end when their time is over, and are forgotten", () => {
    now += 5_000;
    assert.equal(bans.ofAddress("198.51.100.200"), undefined);
    assert.equal(bans.list().length, 3);
    bans.add(BAN);
    assert.equal(store.rooms.bans().length, 3);
  });
  await t.step("hold on when they cannot be lifted for good", () => {
    const lift = store.rooms.removeBan;
    store.rooms.removeBan = () => {
      throw new StoreError("disk-full", "no room");
    };
    using _ = { [Symbol.dispose]: () => void (store.rooms.removeBan = lift) };
    const kept = bansOf(store, () => now);
    assert.throws(() => kept.remove({ kind: "account", mask: "bob" }), StoreError);
    assert(kept.ofAccount("bob"));
  });
  await t.step("are lifted once", () => {
    assert.equal(bans.remove({ kind: "address", mask: "192.0.2.7" }), true);
    assert.equal(bans.remove({ kind: "address", mask: "192.0.2.7" }), false);
    assert.equal(bans.ofAddress("192.0.2.7"), undefined);
  });
  await t.step("of one target are one", () => {
    bans.add({ ...BAN, reason: "still" });
    assert.equal(bans.ofAccount("bob")?.reason, "still");
    assert.equal(bans.list().filter(({ kind }) => kind === "account").length, 1);
  });
});

Deno.test("a clock that is ahead when the server starts lifts no ban for good", () => {
  using store = openStore(":memory:");
  bansOf(store, () => 1_000_000).add({ ...BAN, forMs: 60_000 });
  let now = 1_000_000_000;
  const bans = bansOf(store, () => now);
  assert.equal(bans.ofAccount("bob"), undefined);
  now = 1_030_000;
  assert.equal(bans.ofAccount("bob")?.by, "test");
});

Deno.test("isMeant() sees an address in its own ban and in its network's", () => {
  assert(isBanned("192.0.2.7", { kind: "cidr", mask: "192.0.2.0/24" }));
  assert(isBanned("::ffff:192.0.2.7", { kind: "address", mask: "192.0.2.7" }));
  assert(!isBanned("192.0.2.7", { kind: "cidr", mask: "2001:db8::/32" }));
  assert(!isBanned("192.0.2.7", { kind: "account", mask: "192.0.2.7" }));
});
