import assert from "node:assert/strict";
import { parseMessage } from "../../../../../core/irc/message.ts";
import type { User } from "../../../../../core/server/hub/types.ts";
import { type Serving, serving } from "../../serving.ts";

const ROOM = `#${"r".repeat(49)}`;
const NICKS = Array.from({ length: 46 }, (_, n) => `${"n".repeat(17)}${100 + n}`);

/** Brings in people who have no connection. */
function fill({ server: { context } }: Serving, nicks: readonly string[]): User[] {
  return nicks.map((nick) => {
    const session = {
      id: context.hub.newSessionId(),
      user: undefined as User | undefined,
      deliver() {},
    };
    const who = { nick, account: undefined, username: "sixteen-bytes-it", realname: "r" };
    assert.equal(context.hub.enter(session, { ...who, host: "chat" }), "ok");
    return session.user!;
  });
}

/** The words of every line with that numeric, all of which must fit. */
function wordsOf(lines: readonly string[], numeric: string, separator = " "): string[] {
  return lines.filter((line) => line.split(" ")[1] === numeric).flatMap((line) => {
    assert(new TextEncoder().encode(line).length <= 510, line);
    return parseMessage(line)!.params.at(-1)!.split(separator);
  });
}

Deno.test("lists of words", async (t) => {
  await using chat = await serving({ name: "chat.example.org" });
  const { rooms } = chat.server.context.hub;
  for (const user of fill(chat, NICKS)) rooms.join(user, ROOM);

  await t.step("NAMES has every nick in full", async () => {
    const amy = await chat.enter("a".repeat(20));
    amy.say(`NAMES ${ROOM}`);
    const [op, ...others] = wordsOf(await amy.until(/ 366 /), "353");
    assert.deepEqual([op!.slice(1), ...others], NICKS);
  });
  await t.step("NAMES has every mask in full, with userhost-in-names", async () => {
    const bob = await chat.enter("b".repeat(20), { caps: "userhost-in-names" });
    bob.say(`NAMES ${ROOM}`);
    const [op, ...others] = wordsOf(await bob.until(/ 366 /), "353");
    const masks = NICKS.map((nick) => `${nick}!sixteen-bytes-it@chat`);
    assert.deepEqual([op!.slice(1), ...others], masks);
  });
  await t.step("WHOIS has every room in full", async () => {
    const [cara] = fill(chat, ["cara"]);
    const names = Array.from({ length: 13 }, (_, n) => `#${"é".repeat(23)}${100 + n}`);
    for (const name of names) rooms.join(cara!, name);
    const dora = await chat.enter("dora");
    dora.say("WHOIS cara");
    const words = wordsOf(await dora.until(/ 318 /), "319");
    assert.deepEqual(words, names.map((name) => `@${name}`));
  });
  await t.step("MONITOR has every mask in full", async () => {
    const emil = await chat.enter("emil");
    for (let at = 0; at < 46; at += 23) emil.say(`MONITOR + ${NICKS.slice(at, at + 23)}`);
    const masks = wordsOf(await emil.sync(), "730", ",");
    assert.deepEqual(masks, NICKS.map((nick) => `${nick}!sixteen-bytes-it@chat`));
    emil.say("MONITOR L");
    assert.deepEqual(wordsOf(await emil.until(/ 733 /), "732", ","), NICKS);
  });
});
