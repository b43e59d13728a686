import assert from "node:assert/strict";
import {
  findOwnRoom,
  findVisibleRoom,
  giveUpRoom,
  inviteToRoom,
  joinRoom,
  kickFromRoom,
  leaveAllRooms,
  leaveRoom,
  setRoomTopic,
  visibleRooms,
} from "../../../../core/server/acts/rooms.ts";
import { type Acting, acting, type FakeActor } from "./acting.ts";

function join(chat: Acting, actor: FakeActor, name: string) {
  const outcome = joinRoom(chat.server, actor, { room: name });
  assert.equal(outcome.state, "joined");
  assert("room" in outcome);
  actor.takeKinds();
  return outcome.room;
}

Deno.test("joinRoom() brings a user in once, and shows the room to the other sessions", async () => {
  await using chat = acting();
  await chat.register("amy");
  const desk = await chat.member("amy"), phone = await chat.member("amy"), bob = chat.guest("bob");
  join(chat, bob, "#tea");
  join(chat, desk, "#tea");
  assert.deepEqual([desk.shown, phone.shown, bob.shown], [[], ["#tea"], []]);
  assert.equal(joinRoom(chat.server, phone, { room: "#TEA" }).state, "already-in");
  assert.deepEqual([desk.shown, phone.shown], [[], ["#tea"]]);
});

Deno.test("joinRoom() refuses", async (t) => {
  await using chat = acting();
  const amy = chat.guest("amy"), bob = chat.guest("bob");
  const room = join(chat, amy, "#tea");
  const refusals = [
    ["i", "invite-only"],
    ["k", "wrong-key"],
    ["l", "full"],
    ["b", "banned"],
  ] as const;
  const params = { i: undefined, k: "key", l: "1", b: "bob!*@*" };
  for (const [letter, state] of refusals) {
    await t.step(state, () => {
      const change = (add: boolean) => {
        const param = params[letter];
        const changes = [{ add, letter, ...(param !== undefined && { param }) }];
        chat.server.hub.rooms.setModes(room, changes, amy.user!);
      };
      change(true);
      assert.deepEqual(joinRoom(chat.server, bob, { room: "#tea", key: "other" }), { state });
      change(false);
    });
  }
  await t.step("a name that is none", () => {
    assert.deepEqual(joinRoom(chat.server, bob, { room: "tea" }), { state: "bad-room-name" });
  });
  await t.step("strangers", async () => {
    await using other = acting({ guests: false });
    const outcome = joinRoom(other.server, other.guest("amy"), { room: "#tea" });
    assert.deepEqual(outcome, { state: "sign-in-first" });
  });
});

Deno.test("leaveRoom() and leaveAllRooms() take a user out of rooms they are in", async () => {
  await using chat = acting();
  const amy = chat.guest("amy");
  const leave = (room: string) => leaveRoom(chat.server, amy, { room, reason: "bye" });
  assert.deepEqual(leave("#none"), { state: "no-such-room", room: "#none" });
  assert.deepEqual(leave("#lobby"), { state: "not-in-room", room: "#lobby" });
  for (const name of ["#a", "#b", "#c"]) join(chat, amy, name);
  assert.deepEqual(leave("#A"), { state: "done" });
  leaveAllRooms(chat.server, amy);
  assert.equal(amy.user?.rooms.size, 0);
});

Deno.test("setRoomTopic() is for operators where the topic is locked", async () => {
  await using chat = acting();
  const amy = chat.guest("amy"), bob = chat.guest("bob");
  const room = join(chat, amy, "#tea");
  join(chat, bob, "#tea");
  const set = (actor: FakeActor) =>
    setRoomTopic(chat.server, actor, { room: "#tea", topic: actor.user!.nick });
  assert.deepEqual(set(bob), { state: "not-operator", room: "#tea" });
  assert.deepEqual(set(amy), { state: "done" });
  chat.server.hub.rooms.setModes(room, [{ add: false, letter: "t" }], amy.user!);
  assert.deepEqual(set(bob), { state: "done" });
  assert.equal(room.topic?.by, "bob");
});

Deno.test("kickFromRoom() removes only the given member", async () => {
  await using chat = acting();
  const amy = chat.guest("amy"), bob = chat.guest("bob");
  chat.guest("cara");
  join(chat, amy, "#tea");
  join(chat, bob, "#tea");
  const kick = (by: FakeActor, nick: string) =>
    kickFromRoom(chat.server, by, { room: "#tea", nick, reason: "" });
  assert.deepEqual(kick(bob, "amy"), { state: "not-operator", room: "#tea" });
  assert.deepEqual(kick(amy, "dan"), { state: "no-such-user", nick: "dan" });
  const outside = { state: "user-not-in-room", nick: "cara", room: "#tea" };
  assert.deepEqual(kick(amy, "cara"), outside);
  assert.deepEqual(kick(amy, "BOB"), { state: "done" });
  assert.equal(bob.user?.rooms.size, 0);
});

Deno.test("inviteToRoom() is for operators where the room is closed", async () => {
  await using chat = acting();
  const amy = chat.guest("amy"), bob = chat.guest("bob"), cara = chat.guest("cara");
  const room = join(chat, amy, "#tea");
  join(chat, bob, "#tea");
  const invite = (by: FakeActor, nick: string) =>
    inviteToRoom(chat.server, by, { room: "#TEA", nick });
  assert.deepEqual(invite(bob, "CARA"), { state: "invited", nick: "cara", room: "#tea" });
  assert(cara.takeKinds().includes("invited"));
  const inside = { state: "user-already-in-room", nick: "amy", room: "#tea" };
  assert.deepEqual(invite(bob, "amy"), inside);
  chat.server.hub.rooms.setModes(room, [{ add: true, letter: "i" }], amy.user!);
  assert.deepEqual(invite(bob, "cara"), { state: "not-operator", room: "#tea" });
  assert.deepEqual(invite(amy, "dan"), { state: "no-such-user", nick: "dan" });
  assert.equal(invite(amy, "cara").state, "invited");
  assert.equal(joinRoom(chat.server, cara, { room: "#tea" }).state, "joined");
});

Deno.test("giveUpRoom() is for the owner; others cannot tell a secret room from none", async () => {
  await using chat = acting();
  await chat.register("amy");
  await chat.register("bob");
  const amy = await chat.member("amy"), bob = await chat.member("bob");
  const room = join(chat, amy, "#tea");
  chat.server.hub.rooms.setModes(room, [{ add: true, letter: "s" }], amy.user!);
  for (const name of ["#tea", "#none"]) {
    assert.deepEqual(giveUpRoom(chat.server, bob, name), { state: "not-owner", room: name });
    assert.equal(findVisibleRoom(chat.server, bob, name), undefined);
    const own = findOwnRoom(chat.server, bob, name);
    assert.deepEqual(own, { state: "no-such-room", room: name });
  }
  assert.deepEqual([...visibleRooms(chat.server, bob)].map(({ name }) => name), ["#lobby"]);
  assert.deepEqual(giveUpRoom(chat.server, chat.guest("cara"), "#tea"), { state: "not-signed-in" });
  assert.deepEqual(giveUpRoom(chat.server, amy, "#TEA"), { state: "given-up", room: "#tea" });
  assert.equal(room.founder, undefined);
});
