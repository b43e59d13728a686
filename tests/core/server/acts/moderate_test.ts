import assert from "node:assert/strict";
import {
  announceToAll,
  banTarget,
  kickUser,
  liftBan,
  resetAccountPassword,
} from "../../../../core/server/acts/moderate.ts";
import { StoreError } from "../../../../core/store/store.ts";
import { acting, FakeActor } from "./acting.ts";

const BAN = { reason: "spam", by: "admin", forMs: undefined };

Deno.test("kickUser() closes all sessions of a user", async () => {
  await using chat = acting();
  await chat.register("amy");
  const desk = await chat.member("amy"), phone = await chat.member("amy"), bob = chat.guest("bob");
  const outcome = kickUser(chat.server, { name: "AMY", reason: "spam" });
  assert.deepEqual(outcome, { state: "kicked", closed: 2 });
  assert.deepEqual([desk, phone, bob].map(({ closedWith }) => closedWith), [
    "Kicked (spam)",
    "Kicked (spam)",
    undefined,
  ]);
  assert.deepEqual(kickUser(chat.server, { name: "AMY", reason: "" }), { state: "not-online" });
  assert.deepEqual(kickUser(chat.server, { name: "bob", reason: "" }), {
    state: "kicked",
    closed: 1,
  });
  assert.equal(bob.closedWith, "Kicked");
});

Deno.test("banTarget() closes an account's sessions, and tells whose name it is", async () => {
  await using chat = acting();
  await chat.register("amy");
  const amy = await chat.member("amy");
  chat.guest("bob");
  const named = async (mask: string) => {
    const outcome = await banTarget(chat.server, { kind: "account", mask, ...BAN });
    assert(outcome.state === "banned");
    return [outcome.ban.mask, outcome.closed, outcome.named];
  };
  assert.deepEqual(await named("Amy"), ["amy", 1, "account"]);
  assert.equal(amy.closedWith, "Banned (spam)");
  assert.deepEqual(await named("bob"), ["bob", 0, "guest"]);
  assert.deepEqual(await named("nobody"), ["nobody", 0, "nobody"]);
});

Deno.test("banTarget() closes the connections of a network", async () => {
  await using chat = acting();
  const closed: string[] = [];
  for (const address of ["192.0.2.7", "198.51.100.1"]) {
    chat.server.connections.add({
      ...{ address, openedAt: 0, door: undefined, transport: "tcp", session: undefined },
      hangUp: (reason) => void closed.push(`${address} ${reason}`),
    });
  }
  const outcome = await banTarget(chat.server, { kind: "cidr", mask: "192.0.2.0/24", ...BAN });
  assert.equal(outcome.state === "banned" && outcome.closed, 1);
  assert.equal(outcome.state === "banned" && outcome.named, undefined);
  assert.deepEqual(closed, ["192.0.2.7 Banned (spam)"]);
  const wrongKind = await banTarget(chat.server, { kind: "address", mask: "192.0.2.0/24", ...BAN });
  assert.deepEqual(wrongKind, { state: "bad-target" });
});

Deno.test("a ban that cannot be stored is neither set nor lifted", async () => {
  await using chat = acting();
  const error = new StoreError("disk-full", "Cannot store: disk is full");
  const fail = () => {
    throw error;
  };
  const bans = Object.assign(Object.create(chat.server.bans), { add: fail, remove: fail });
  const server = { ...chat.server, bans };
  const target = { kind: "account", mask: "amy" } as const;
  assert.deepEqual(await banTarget(server, { ...target, ...BAN }), { state: "not-stored", error });
  assert.deepEqual(await liftBan(server, target), { state: "not-stored", error });
});

Deno.test("liftBan() lifts a ban once", async () => {
  await using chat = acting();
  const target = { kind: "account", mask: "amy" } as const;
  await banTarget(chat.server, { ...target, ...BAN });
  assert.deepEqual(await liftBan(chat.server, target), { state: "lifted" });
  assert.deepEqual(await liftBan(chat.server, target), { state: "no-such-ban" });
});

Deno.test("resetAccountPassword() closes the sessions that came with the old password", async () => {
  await using chat = acting();
  await chat.register("amy");
  const amy = await chat.member("amy");
  const reset = (name: string, password: string) =>
    resetAccountPassword(chat.server, { name, password });
  assert.deepEqual(await reset("nobody", "another-horse-8"), { state: "unknown" });
  assert.equal((await reset("amy", "two\nlines")).state, "weak-password");
  assert.equal(amy.closedWith, undefined);
  const outcome = await reset("AMY", "another-horse-8");
  assert.deepEqual(outcome, { state: "ok", account: "amy", closed: 1 });
  assert.equal(amy.closedWith, "Password was reset");
});

Deno.test("announceToAll() sends each line to every user, but not to sessions that have not entered", async () => {
  await using chat = acting();
  const shown: string[] = [];
  const listen = (actor: FakeActor) =>
    Object.assign(actor, { announce: (text: string) => void shown.push(text) });
  listen(chat.guest("amy"));
  listen(new FakeActor(chat.server));
  assert.equal(announceToAll(chat.server, "one\r\ntwo  words\n"), 1);
  assert.deepEqual(shown, ["one", "two words"]);
});
