import assert from "node:assert/strict";
import {
  checkSignIn,
  completeSignIn,
  makeAccount,
  signOutSession,
  takeAccount,
} from "../../../../core/server/acts/sign_in.ts";
import { PASSWORD } from "../serving.ts";
import { acting, FakeActor } from "./acting.ts";

const AMY = { name: "amy", password: PASSWORD };

Deno.test("completeSignIn() admits a session without a user, and settles its slot", async () => {
  await using chat = acting();
  await chat.register("amy");
  const actor = new FakeActor(chat.server);
  const checked = await checkSignIn(chat.server, actor, { ...AMY, name: "AMY" });
  assert.deepEqual(actor.slotCalls, []);
  const outcome = await completeSignIn(chat.server, actor, checked);
  assert.deepEqual(outcome, { state: "admitted", account: "amy" });
  assert.deepEqual(actor.slotCalls, ["settle"]);
  assert(actor.secrets.has(PASSWORD));
});

Deno.test("completeSignIn() gives a guest the account's name", async () => {
  await using chat = acting();
  await chat.register("amy");
  const actor = chat.guest("stranger");
  const outcome = await completeSignIn(
    chat.server,
    actor,
    await checkSignIn(chat.server, actor, AMY),
  );
  assert.deepEqual(outcome, { state: "signed-in", account: "amy", former: undefined });
  assert.equal(actor.user?.nick, "amy");
  assert.deepEqual(actor.takeKinds(), ["renamed", "account-changed"]);
});

Deno.test("completeSignIn() moves a guest to the account's user, and tells what the session lost", async () => {
  await using chat = acting();
  await chat.register("amy");
  const desk = await chat.member("amy");
  const phone = chat.guest("stranger");
  chat.server.hub.rooms.join(phone.user!, "#tea");
  chat.server.hub.rooms.join(phone.user!, "#both");
  chat.server.hub.rooms.join(desk.user!, "#both");
  const outcome = await completeSignIn(
    chat.server,
    phone,
    await checkSignIn(chat.server, phone, AMY),
  );
  assert.deepEqual(outcome, {
    state: "signed-in",
    account: "amy",
    former: { mask: "stranger!stranger@chat", leftRooms: ["#tea"] },
  });
  assert.equal(phone.user, desk.user);
});

Deno.test("completeSignIn() renames a guest who has a name like the account's", async () => {
  await using chat = acting({ guests: false });
  const squatter = chat.guest("b0b");
  await chat.register("bob");
  const owner = chat.guest("stranger");
  const checked = await checkSignIn(chat.server, owner, { name: "bob", password: PASSWORD });
  assert.equal((await completeSignIn(chat.server, owner, checked)).state, "signed-in");
  assert.match(squatter.user!.nick, /^guest\d{5}$/);
});

Deno.test("completeSignIn() changes nothing where it refuses", async (t) => {
  await using chat = acting();
  await chat.register("amy");
  const actor = chat.guest("stranger");
  const refused = async (password: string, between = () => {}) => {
    const checked = await checkSignIn(chat.server, actor, { name: "amy", password });
    between();
    const outcome = await completeSignIn(chat.server, actor, checked);
    assert.equal(actor.user?.nick, "stranger");
    assert.deepEqual(actor.takeKinds(), []);
    assert.deepEqual(actor.slotCalls, ["welcome"]);
    return outcome;
  };
  await t.step("a wrong password", async () => {
    assert.deepEqual(await refused("wrong-horse-7"), { state: "wrong" });
  });
  await t.step("an account that was banned since its password was checked", async () => {
    const ban = { kind: "account", mask: "amy", reason: "spam", by: "admin" } as const;
    const outcome = await refused(
      PASSWORD,
      () => void chat.server.bans.add({ ...ban, forMs: undefined }),
    );
    assert.deepEqual(outcome, { state: "banned", why: "banned (spam)" });
  });
});

Deno.test("takeAccount() signs a guest in to the account that makeAccount() made", async () => {
  await using chat = acting();
  const actor = chat.guest("amy");
  const made = await makeAccount(chat.server, actor, AMY);
  assert.deepEqual(made, { state: "ok", account: "amy" });
  assert.equal(actor.user?.account, undefined);
  assert.equal((await takeAccount(chat.server, actor, "amy")).state, "signed-in");
  assert.equal(actor.user?.account, "amy");
});

Deno.test("makeAccount() refuses the name of another guest", async () => {
  await using chat = acting();
  chat.guest("amy");
  const outcome = await makeAccount(chat.server, chat.guest("stranger"), AMY);
  assert.deepEqual(outcome, { state: "in-use" });
});

Deno.test("signOutSession() makes a guest of the session alone, in no room", async () => {
  await using chat = acting();
  await chat.register("amy");
  const desk = await chat.member("amy"), phone = await chat.member("amy");
  chat.server.hub.rooms.join(desk.user!, "#tea");
  const outcome = await signOutSession(chat.server, phone);
  assert.equal(outcome.state, "signed-out");
  assert.deepEqual(outcome.state === "signed-out" && outcome.former, {
    mask: "amy!amy@chat",
    leftRooms: ["#tea"],
  });
  assert.match(phone.user!.nick, /^guest\d{5}$/);
  assert.equal(desk.user?.nick, "amy");
  assert.deepEqual(await signOutSession(chat.server, phone), { state: "not-signed-in" });
});

Deno.test("signOutSession() ends what strangers may not watch", async () => {
  await using chat = acting({ guests: false });
  await chat.register("amy");
  const amy = await chat.member("amy");
  chat.server.directory.watch(Object.assign(amy, { presence: () => {} }), "bob");
  assert.deepEqual([...chat.server.directory.monitoredBy(amy)], ["bob"]);
  await signOutSession(chat.server, amy);
  assert.equal(chat.server.directory.monitoredBy(amy).size, 0);
});
