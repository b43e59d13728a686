import assert from "node:assert/strict";
import { changeOwnPassword, dropOwnAccount } from "../../../../core/server/acts/accounts.ts";
import { PASSWORD } from "../serving.ts";
import { acting } from "./acting.ts";

const NEXT = "another-horse-8";

Deno.test("changeOwnPassword() closes the account's other sessions, and remembers both passwords", async () => {
  await using chat = acting();
  await chat.register("amy");
  const desk = await chat.member("amy"), phone = await chat.member("amy");
  const change = { account: "amy", password: PASSWORD, next: NEXT };
  const outcome = await changeOwnPassword(chat.server, desk, change);
  assert.deepEqual(outcome, { state: "ok", account: "amy", closedSessions: 1 });
  assert.equal(phone.closedWith, "Password was changed: sign in with the new one");
  assert.equal(desk.closedWith, undefined);
  assert(desk.secrets.has(PASSWORD) && desk.secrets.has(NEXT));
});

Deno.test("changeOwnPassword() changes nothing where the old password is wrong, or the new one too weak", async () => {
  await using chat = acting();
  await chat.register("amy");
  const desk = await chat.member("amy"), phone = await chat.member("amy");
  const change = { account: "amy", password: "wrong-horse-7", next: NEXT };
  assert.deepEqual(await changeOwnPassword(chat.server, desk, change), { state: "wrong" });
  const weak = { account: "amy", password: PASSWORD, next: "two\nlines" };
  assert.equal((await changeOwnPassword(chat.server, desk, weak)).state, "weak-password");
  assert.equal(phone.closedWith, undefined);
});

Deno.test("dropOwnAccount() leaves rooms without their owner, and closes other sessions", async () => {
  await using chat = acting();
  await chat.register("amy");
  const desk = await chat.member("amy"), phone = await chat.member("amy");
  const room = chat.server.hub.rooms.join(desk.user!, "#tea");
  assert(typeof room !== "string");
  assert.equal(room.founder, "amy");
  const wrong = { account: "amy", password: "wrong-horse-7" };
  assert.deepEqual(await dropOwnAccount(chat.server, desk, wrong), { state: "wrong" });
  assert.equal(room.founder, "amy");
  const outcome = await dropOwnAccount(chat.server, desk, { account: "amy", password: PASSWORD });
  assert.deepEqual(outcome, { state: "ok", account: "amy" });
  assert.equal(room.founder, undefined);
  assert.equal(phone.closedWith, "Account was dropped");
  assert.equal(desk.closedWith, undefined);
});
