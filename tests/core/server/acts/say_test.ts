import assert from "node:assert/strict";
import { maySpeak, sayToRoom, sayToUser } from "../../../../core/server/acts/say.ts";
import { PASSWORD } from "../serving.ts";
import { type Acting, acting, FakeActor } from "./acting.ts";

const hello = (text = "hello") => ({ as: "message", text }) as const;

function inRoom(chat: Acting, actor: FakeActor, name: string) {
  const room = chat.server.hub.rooms.join(actor.user!, name);
  assert(typeof room !== "string");
  actor.takeKinds();
  return room;
}

Deno.test("sayToRoom() says it to everybody in the room", async () => {
  await using chat = acting();
  const amy = chat.guest("amy"), bob = chat.guest("bob");
  inRoom(chat, amy, "#tea");
  inRoom(chat, bob, "#tea");
  const outcome = sayToRoom(chat.server, amy, { room: "#TEA", message: hello() });
  assert.deepEqual(outcome, { state: "said" });
  assert(bob.takeKinds().includes("said"));
});

Deno.test("sayToRoom() tells apart a room that is not there, one that is secret, and one that is shut", async () => {
  await using chat = acting();
  const amy = chat.guest("amy"), bob = chat.guest("bob");
  const room = inRoom(chat, amy, "#tea");
  const say = (name = "#tea") => sayToRoom(chat.server, bob, { room: name, message: hello() });
  assert.deepEqual(say("#none"), { state: "no-such-room", room: "#none" });
  assert.deepEqual(say(), { state: "may-not-speak", room: "#tea" });
  chat.server.hub.rooms.setModes(room, [{ add: true, letter: "s" }], amy.user!);
  assert.deepEqual(say(), { state: "no-such-room", room: "#tea" });
});

Deno.test("sayToRoom() refuses what cannot be stored", async () => {
  await using chat = acting();
  const amy = chat.guest("amy");
  inRoom(chat, amy, "#tea");
  const full = {
    ...chat.server,
    writer: Object.create(chat.server.writer, { isFull: { value: true } }),
  };
  const outcome = sayToRoom(full, amy, { room: "#tea", message: hello() });
  assert.deepEqual(outcome, { state: "history-full", room: "#tea" });
});

Deno.test("a text with a password is not delivered", async () => {
  await using chat = acting();
  await chat.register("amy");
  const amy = await chat.member("amy"), bob = chat.guest("bob");
  inRoom(chat, amy, "#tea");
  for (const text of [PASSWORD, `\x01ACTION ${PASSWORD}\x01`, "/msg NickServ IDENTIFY x"]) {
    const refusal = { state: "has-password" };
    assert.deepEqual(sayToRoom(chat.server, amy, { room: "#tea", message: hello(text) }), refusal);
    assert.deepEqual(sayToUser(chat.server, amy, { nick: "bob", message: hello(text) }), refusal);
  }
  assert.deepEqual(bob.takeKinds(), []);
});

Deno.test("strangers speak where guests are welcome, and nowhere else", async () => {
  for (const guests of [true, false]) {
    await using chat = acting({ guests });
    const amy = chat.guest("amy");
    chat.guest("bob");
    assert.equal(maySpeak(chat.server, amy), guests);
    const { state } = sayToUser(chat.server, amy, { nick: "bob", message: hello() });
    assert.equal(state, guests ? "said" : "sign-in-first");
  }
});

Deno.test("sayToUser() tells why the receiver is away, and whether the text waits", async () => {
  await using chat = acting();
  const amy = chat.guest("amy"), bob = chat.guest("bob");
  const say = () => sayToUser(chat.server, amy, { nick: "BOB", message: hello() });
  assert.deepEqual(say(), { state: "said", nick: "bob", away: undefined, isHeld: false });
  chat.server.hub.setAway(bob.user!, "lunch");
  Object.assign(bob, { holdsBack: true });
  assert.deepEqual(say(), { state: "said", nick: "bob", away: "lunch", isHeld: true });
  const nobody = sayToUser(chat.server, amy, { nick: "nobody", message: hello() });
  assert.deepEqual(nobody, { state: "no-such-user", nick: "nobody" });
});
