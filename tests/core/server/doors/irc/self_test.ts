/** What one says to oneself, and what one's other sessions hear of it. @module */
import assert from "node:assert/strict";
import { parseMessage } from "../../../../../core/irc/message.ts";
import { PASSWORD, serving } from "../../serving.ts";

const said = (lines: readonly string[]) => lines.filter((line) => line.includes("PRIVMSG"));

Deno.test("a message to oneself", async (t) => {
  await using chat = await serving();

  await t.step("arrives", async () => {
    const amy = await chat.enter("amy");
    amy.say("PRIVMSG amy :note");
    assert.deepEqual(await amy.sync(), [":amy!amy@chat PRIVMSG amy :note"]);
    amy.say("NOTICE AMY :note");
    assert.deepEqual(await amy.sync(), [":amy!amy@chat NOTICE amy :note"]);
  });

  await t.step("arrives beside its echo, of which the echo alone has the label", async () => {
    const caps = "echo-message labeled-response batch message-tags";
    const bob = await chat.enter("bob", { caps });
    bob.say("@label=L1 PRIVMSG bob :note");
    const lines = (await bob.sync()).map((line) => parseMessage(line)!);
    assert.deepEqual(lines.map(({ command }) => command), ["PRIVMSG", "PRIVMSG"]);
    assert.deepEqual(lines.map(({ tags }) => tags["label"]), [undefined, "L1"]);
    assert.equal(lines[0]!.tags["msgid"], lines[1]!.tags["msgid"]);
  });

  await t.step("reaches all of the account's sessions, and each once", async () => {
    await chat.register("cara");
    const [desk, phone] = [
      await chat.enter("cara", { password: PASSWORD }),
      await chat.enter("cara", { password: PASSWORD, caps: "echo-message" }),
    ];
    desk.say("PRIVMSG cara :note");
    assert.equal(said(await desk.sync()).length, 1);
    assert.equal(said(await phone.sync()).length, 1);
  });
});

Deno.test("a user's private messages are echoed only to own sessions that requested echoes", async () => {
  await using chat = await serving();
  await chat.register("amy");
  const desk = await chat.enter("amy", { password: PASSWORD });
  const phone = await chat.enter("amy", { password: PASSWORD, caps: "echo-message" });
  const old = await chat.enter("amy", { password: PASSWORD });
  const bob = await chat.enter("bob");
  for (const client of [desk, phone, old]) await client.sync();
  desk.say("PRIVMSG bob :hello");
  await desk.sync();
  assert.deepEqual(said(await bob.sync()), [":amy!amy@chat PRIVMSG bob :hello"]);
  assert.deepEqual(said(await phone.sync()), [":amy!amy@chat PRIVMSG bob :hello"]);
  assert.deepEqual(said(await old.sync()), []);
});
