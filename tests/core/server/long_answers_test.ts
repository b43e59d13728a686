/** Lists that are longer than what may wait for a reader. @module */
import assert from "node:assert/strict";
import { OUTBOX_LIMIT_BYTES } from "../../../core/net/outbox.ts";
import { type Serving, serving } from "./serving.ts";

const ROOMS = 5_000;
const TOPIC = "t".repeat(390);

/** Makes rooms with long topics: more than the outbox of one connection holds. */
function makeRooms({ server }: Serving): void {
  const { rooms } = server.context.hub;
  for (let n = 0; n < ROOMS; n++) {
    rooms.restore({
      name: `#room${n}`,
      topic: { text: TOPIC, by: "amy", at: 0 },
      ...{ flags: [], bans: [], key: undefined, limit: undefined, permanent: false },
      founder: "amy",
      createdAt: 0,
      life: 1,
    });
  }
  assert(ROOMS * TOPIC.length > OUTBOX_LIMIT_BYTES);
}

Deno.test("LIST of thousands of rooms is complete, and what was asked after it comes after it", async (t) => {
  await using chat = await serving();
  makeRooms(chat);
  const asker = await chat.enter("asker");
  await t.step("for who reads", async () => {
    asker.say("LIST", "LIST #room7", "PING end");
    const lines = await asker.until(/ PONG \S+ :?end$/);
    const listed = lines.filter((line) => / 322 asker #room/.test(line));
    assert.equal(listed.length, ROOMS + 1);
    assert.match(listed.at(-1) ?? "", /#room7 /);
    assert.equal(lines.filter((line) => / 323 /.test(line)).length, 2);
  });
  await t.step("for who reads slowly, and hears others meanwhile", async () => {
    const other = await chat.enter("other");
    asker.socket.pause();
    asker.say("LIST", "PING end");
    other.say("PRIVMSG asker :are you there?");
    await other.sync();
    asker.socket.resume();
    const lines = await asker.until(/ PONG \S+ :?end$/);
    assert.equal(lines.filter((line) => / 322 asker #room/.test(line)).length, ROOMS);
    assert.equal(lines.filter((line) => /PRIVMSG asker :are you there\?/.test(line)).length, 1);
  });
  await t.step("under its label, as one batch", async () => {
    const client = await chat.enter("labeller", { caps: "labeled-response batch" });
    client.say("@label=x LIST", "PING end");
    const lines = (await client.until(/ PONG \S+ :?end$/)).slice(0, -1);
    const [, ref] = /^@label=x \S+ BATCH \+(\S+) labeled-response$/.exec(lines[0] ?? "") ?? [];
    assert(ref);
    assert.match(lines.at(-1) ?? "", new RegExp(` BATCH -${ref}$`));
    assert(lines.slice(1, -1).every((line) => line.startsWith(`@batch=${ref} `)));
    assert.equal(lines.length, ROOMS + 4); // the lobby, 323, and the batch's two ends
  });
  await t.step("with rooms that vanish meanwhile", async () => {
    asker.socket.pause();
    asker.say("LIST", "PING end");
    await (await chat.enter("third")).sync();
    const { rooms } = chat.server.context.hub;
    for (let n = 100; n < ROOMS; n++) rooms.giveUp(rooms.find(`#room${n}`)!);
    asker.socket.resume();
    const lines = await asker.until(/ PONG \S+ :?end$/);
    assert.equal(lines.filter((line) => / 323 /.test(line)).length, 1);
  });
});

Deno.test("~:rooms: at the PTCHAT door is complete, however many there are", async () => {
  await using chat = await serving();
  makeRooms(chat);
  const typist = await chat.connect({ plain: true });
  typist.send("~:name zed:\n~:rooms:\n~:help:\n");
  const listed = await typist.until(/this list$/);
  assert.equal(listed.filter((line) => /^\* {3}#room\d+ \(0\): t+$/.test(line)).length, ROOMS);
});

Deno.test("a client that reads nothing of a long answer is closed in the end", async () => {
  let now = 0;
  await using chat = await serving({ steadyNow: () => now, deadlines: { deadAfterMs: 120_000 } });
  makeRooms(chat);
  const asker = await chat.enter("asker");
  const { directory } = chat.server.context;
  asker.socket.pause();
  asker.raw.pause();
  for (let n = 0; n < 5; n++) asker.say("LIST");
  await (await chat.enter("other")).sync();
  for (let n = 0; n < 4; n++) {
    now += 60_000;
    for (const session of [...directory.sessions]) session.check(now);
  }
  assert.equal(chat.server.context.hub.user("asker"), undefined);
});
