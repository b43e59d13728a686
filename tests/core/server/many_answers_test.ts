/** Many answers at once, each of which is short enough: together they are more than may wait for a reader. @module */
import assert from "node:assert/strict";
import { OUTBOX_LIMIT_BYTES } from "../../../core/net/outbox.ts";
import { eventually } from "../../helpers/eventually.ts";
import type { IrcClient } from "../../helpers/irc_client.ts";
import { PASSWORD, serving } from "./serving.ts";

const TEXT = "x".repeat(380);
const SPOKEN = 50;

/** Makes the rooms from the `first` to that before `end`, and says {@linkcode SPOKEN} lines in each. */
async function fillRooms(client: IrcClient, first: number, end: number): Promise<void> {
  for (let n = first; n < end; n++) {
    client.say(`JOIN #r${n}`, `TOPIC #r${n} :${TEXT}`);
    for (let i = 0; i < SPOKEN; i++) client.say(`PRIVMSG #r${n} :${i} ${TEXT}`);
    await client.sync();
  }
}

Deno.test("a second session of a user in many rooms is shown all of them, with their last messages", async () => {
  const rooms = 90;
  await using chat = await serving();
  await chat.register("amy");
  const amy = await chat.enter("amy", { password: PASSWORD });
  await fillRooms(amy, 0, 50);
  await fillRooms(await chat.enter("bob"), 50, rooms);
  for (let n = 50; n < rooms; n++) amy.say(`JOIN #r${n}`);
  await amy.sync();
  assert(rooms * SPOKEN * TEXT.length > OUTBOX_LIMIT_BYTES);
  const second = await chat.connect();
  second.say("PASS amy:" + PASSWORD, "NICK amy", "USER amy 0 * :amy", "PING end");
  const lines = await second.until(/ PONG \S+ :?end$/);
  assert.equal(lines.filter((line) => / 366 amy #r\d+ /.test(line)).length, rooms);
  assert.equal(lines.filter((line) => / PRIVMSG #r\d+ /.test(line)).length, rooms * SPOKEN);
});

Deno.test("commands that are sent together are answered in full, one after the other", async (t) => {
  await using chat = await serving();
  const amy = await chat.enter("amy", { caps: "batch draft/chathistory server-time message-tags" });
  await t.step("lists of bans", async () => {
    amy.say("JOIN #bans");
    for (let n = 0; n < 100; n++) amy.say(`MODE #bans +b ${"m".repeat(90)}${n}!*@*`);
    await amy.sync();
    const asked = 150;
    amy.say(...Array(asked).fill("MODE #bans b"), "PING end");
    const lines = await amy.until(/ PONG \S+ :?end$/);
    assert.equal(lines.filter((line) => / 367 amy #bans /.test(line)).length, asked * 100);
  });
  await t.step("history of several rooms", async () => {
    const rooms = 45;
    await fillRooms(amy, 0, rooms);
    for (let n = 0; n < rooms; n++) amy.say(`CHATHISTORY LATEST #r${n} * ${SPOKEN}`);
    amy.say("PING end");
    const lines = await amy.until(/ PONG \S+ :?end$/);
    assert.equal(lines.filter((line) => / PRIVMSG #r\d+ /.test(line)).length, rooms * SPOKEN);
  });
});

Deno.test("at the PTCHAT door, lines that are sent together are answered in full", async () => {
  await using chat = await serving();
  const amy = await chat.enter("amy");
  amy.say("JOIN #lobby");
  for (let n = 0; n < 100; n++) amy.say(`PRIVMSG #lobby :${n} ${TEXT}`);
  await amy.sync();
  const typist = await chat.connect({ plain: true });
  typist.send("~:name zed:\n" + "~:history 100:\n".repeat(60) + "~:help:\n");
  const lines = await typist.until(/this list$/);
  assert(lines.filter((line) => line.endsWith(TEXT)).length >= 60 * 100);
});

Deno.test("a PTCHAT client that asks again and again and reads nothing is closed in the end", async (t) => {
  let now = 0;
  await using chat = await serving({ steadyNow: () => now, deadlines: { deadAfterMs: 120_000 } });
  const { directory } = chat.server.context;
  for (const [who, name] of [["a guest", "~:name zed:\n"], ["a stranger", ""]] as const) {
    await t.step(who, async () => {
      const typist = await chat.connect({ plain: true });
      typist.send(`${name}~:help:\n`);
      await typist.until(/this list$/);
      typist.pause();
      typist.send("~:help:\n".repeat(20_000));
      const [session] = directory.sessions;
      await eventually(() => {
        now += 60_000;
        session!.check(now);
        return [...directory.sessions].length === 0;
      });
      typist.destroy();
    });
  }
});
