import assert from "node:assert/strict";
import {
  changeAway,
  changeNick,
  findVisibleUser,
  isListedFor,
  knownPeople,
  MAX_MONITORED,
  monitorNicks,
  presenceOf,
  sharedRoom,
} from "../../../../core/server/acts/people.ts";
import { acting } from "./acting.ts";

Deno.test("changeNick() renames a guest, but not a user who is signed in", async () => {
  await using chat = acting();
  await chat.register("amy");
  await chat.register("fred");
  const amy = await chat.member("amy"), bob = chat.guest("bob");
  chat.guest("cara");
  const change = (nick: string) => changeNick(chat.server, bob, nick);
  assert.deepEqual(change("cara"), { state: "taken", hasAccount: false, usedBy: "guest" });
  assert.deepEqual(change("fred"), { state: "taken", hasAccount: true, usedBy: undefined });
  assert.deepEqual(change("x y"), { state: "bad-name" });
  assert.deepEqual(change("bob"), { state: "unchanged" });
  assert.deepEqual(change("Bobby"), { state: "changed" });
  assert.equal(bob.user?.nick, "Bobby");
  assert.deepEqual(await changeNick(chat.server, amy, "amelie"), { state: "bound-to-account" });
  assert.deepEqual(await changeNick(chat.server, amy, "amy"), { state: "unchanged" });
});

Deno.test("changeAway() tells others once", async () => {
  await using chat = acting();
  const amy = chat.guest("amy");
  assert.deepEqual(changeAway(chat.server, amy, "lunch"), { state: "away" });
  assert.deepEqual(changeAway(chat.server, amy, "lunch"), { state: "away" });
  assert.deepEqual(changeAway(chat.server, amy, undefined), { state: "back" });
  assert.deepEqual(changeAway(chat.server, amy, undefined), { state: "back" });
  assert.deepEqual(amy.takeKinds(), ["away-changed", "away-changed"]);
});

Deno.test("strangers see only themselves", async () => {
  for (const guests of [true, false]) {
    await using chat = acting({ guests });
    const amy = chat.guest("amy"), bob = chat.guest("bob");
    assert.equal(findVisibleUser(chat.server, amy, "BOB"), guests ? bob.user : undefined);
    assert.equal(findVisibleUser(chat.server, amy, "amy"), amy.user);
    assert.equal(findVisibleUser(chat.server, amy, "nobody"), undefined);
  }
});

Deno.test("lists show an invisible user to those who share a room with them", async () => {
  await using chat = acting();
  const amy = chat.guest("amy"), bob = chat.guest("bob");
  chat.server.hub.setUserModes(bob.user!, [{ add: true, letter: "i" }]);
  assert(!isListedFor(amy, bob.user!));
  assert(isListedFor(bob, bob.user!));
  for (const { user } of [amy, bob]) chat.server.hub.rooms.join(user!, "#tea");
  assert.equal(sharedRoom(amy, bob.user!)?.name, "#tea");
  assert(isListedFor(amy, bob.user!));
});

Deno.test("knownPeople() lists users, then the accounts that are not online", async () => {
  await using chat = acting();
  for (const name of ["amy", "fred"]) await chat.register(name);
  chat.guest("bob");
  await chat.member("amy");
  const people = [...await knownPeople(chat.server)].map(({ sinceMs: _, ...person }) => person);
  assert.deepEqual(people, [
    { name: "bob", isOnline: true, isGuest: true },
    { name: "amy", isOnline: true, isGuest: false },
    { name: "fred", isOnline: false, isGuest: false },
  ]);
});

Deno.test("monitorNicks() takes each nick once, and no more than it may", async () => {
  await using chat = acting();
  const heard: string[] = [];
  const presence = (kind: string, who: string) => void heard.push(`${kind} ${who}`);
  const amy = Object.assign(chat.guest("amy"), { presence });
  const nicks = Array.from({ length: MAX_MONITORED - 1 }, (_, n) => `n${n}`);
  const first = monitorNicks(chat.server, amy, ["bob", "BOB"]);
  assert.deepEqual(first, { added: ["bob"], refused: undefined });
  assert.equal(monitorNicks(chat.server, amy, nicks).refused, undefined);
  assert.deepEqual(monitorNicks(chat.server, amy, ["bob", "cara", "dan"]), {
    added: [],
    refused: "cara",
  });
  chat.guest("bob").close("Quit");
  assert.deepEqual(heard, ["online bob!bob@chat", "offline bob"]);
});

Deno.test("presenceOf() tells users, accounts and unknown names apart", async () => {
  await using chat = acting();
  await chat.register("amy");
  chat.guest("bob");
  const presences = ["BOB", "AMY", "nobody"].map((name) => presenceOf(chat.server, name));
  assert.deepEqual(await Promise.all(presences), ["online", "offline", "unknown"]);
});
