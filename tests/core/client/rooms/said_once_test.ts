import assert from "node:assert/strict";
import { amyOn, amyReturns, CAPABILITIES, echo, texts } from "../amy.ts";
import { type ScriptedLine, ScriptedServer } from "../scripted_server.ts";
import { connectTo } from "../support.ts";

/** Two messages, where there is no batch for what somebody does. */
const FIRST_PART = `${"walks ".repeat(58).trim()}`;
const SECOND_PART = "and sits down";

/** The next ACTION of the client, and its label. */
async function nextAction(line: ScriptedLine): Promise<{ label: string; text: string }> {
  const [, label = "", text = ""] = await line.expect(
    // deno-lint-ignore no-control-regex -- it is what marks an ACTION
    /^@label=(\S+) PRIVMSG #lobby :\x01ACTION (.*)\x01$/,
  );
  return { label, text };
}

Deno.test("ChatClient says a line once, through a loss of the connection", async (t) => {
  await t.step("when the server shows it cleaned", async () => {
    await using server = await ScriptedServer.start();
    const { client, events, line } = await amyOn(server);
    const said = [
      client.rooms.say("#lobby", "tab\there \x02bold\x02"),
      client.rooms.say("#lobby", "lost\t!"),
    ];
    await line.expect(/PRIVMSG #lobby :lost\t!$/);
    await line.hangUp();
    const [back] = await amyReturns(server, [
      "@msgid=m1;account=amy :amy!a@chat PRIVMSG #lobby :tab\there \ufffdbold\ufffd",
    ]);
    assert.equal(await echo(back, "m2"), "lost\t!");
    await Promise.all(said);
    assert.deepEqual(texts(events.of("message")), ["tab\there \ufffdbold\ufffd", "lost\t!"]);
    await client.quit();
  });

  await t.step("of its parts, only those that have not arrived", async () => {
    await using server = await ScriptedServer.start();
    const { client, events, line } = await amyOn(server);
    const said = client.rooms.act("#lobby", `${FIRST_PART} ${SECOND_PART}`);
    const { label, text } = await nextAction(line);
    assert.equal(text, `${FIRST_PART} `);
    await nextAction(line); // the second one is lost
    await line.send(
      `@label=${label};msgid=m1;account=amy :amy!a@chat PRIVMSG #lobby :\x01ACTION ${text}\x01`,
    );
    await events.wait("message");
    await line.hangUp();
    const [back, question] = await amyReturns(server, []);
    assert.equal(question, "AFTER #lobby msgid=m1 100");
    const again = await nextAction(back);
    assert.equal(again.text, SECOND_PART);
    await back.send(`@label=${again.label} :amy!a@chat PRIVMSG #lobby :\x01ACTION x\x01`);
    await said;
    const sent = back.received.filter((line) => line.includes("ACTION"));
    assert.equal(sent.length, 1);
    await client.quit();
  });

  await t.step("of its parts, none that the history shows", async () => {
    await using server = await ScriptedServer.start();
    const { client, line } = await amyOn(server);
    const said = client.rooms.act("#lobby", `${FIRST_PART} ${SECOND_PART}`);
    await nextAction(line);
    await nextAction(line);
    await line.hangUp();
    const [back] = await amyReturns(server, [
      `@msgid=m1;account=amy :amy!a@chat PRIVMSG #lobby :\x01ACTION ${FIRST_PART}\x01`,
      `@msgid=m2;account=amy :amy!a@chat PRIVMSG #lobby :\x01ACTION ${SECOND_PART}\x01`,
    ]);
    await said;
    assert.doesNotMatch(back.received.join("\n"), /ACTION/);
    await client.quit();
  });

  await t.step("when its echo has come, on a server without labels and history", async () => {
    await using server = await ScriptedServer.start();
    const connecting = connectTo(server.address);
    const line = await server.accept();
    await line.welcome("echo-message message-tags");
    const { client, events } = await connecting;
    const joined = client.rooms.join("#tea");
    await line.expect(/^JOIN #tea$/);
    await line.send(":guest0000!g@chat JOIN #tea");
    await joined;
    await events.wait("joined");
    await client.idle();
    line.isDeaf = true;
    const said = client.rooms.say("#tea", "hello\tall");
    const unsure = client.rooms.say("#tea", "is this heard?");
    await line.expect(/PRIVMSG #tea :is this heard\?$/);
    await line.send(":guest0000!g@chat PRIVMSG #tea :hello\tall");
    await events.wait("message", ({ text }) => text === "hello\tall");
    await line.hangUp();
    await said;
    const back = await server.accept();
    await back.welcome(CAPABILITIES.replace("draft/chathistory ", ""), [
      ":guest0000!g@chat JOIN #tea",
    ]);
    await assert.rejects(unsure, {
      problem: { kind: "unconfirmed", text: "is this heard?" },
    });
    assert.doesNotMatch(back.received.join("\n"), /PRIVMSG/);
    await client.quit();
  });
});
