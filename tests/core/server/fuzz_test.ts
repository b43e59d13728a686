import assert from "node:assert/strict";
import * as fc from "fast-check";
import { isAccountName } from "../../../core/ground/names.ts";
import { MAX_BODY_BYTES, MAX_SERVER_TAG_BYTES, parseMessage } from "../../../core/irc/message.ts";
import type { IrcClient } from "../../helpers/irc_client.ts";
import { ALL_CAPS, ircLine } from "../../helpers/irc_garbage.ts";
import { PASSWORD, serving } from "./serving.ts";

/** Asserts that a client can only read a line as what the server meant. */
function checkLine(line: string): void {
  assert(!/[\0\r\n]/.test(line), JSON.stringify(line));
  const message = parseMessage(line);
  assert(message, JSON.stringify(line));
  const tagBytes = line.startsWith("@")
    ? new TextEncoder().encode(line.slice(0, line.indexOf(" ") + 1)).length
    : 0;
  assert(tagBytes <= MAX_SERVER_TAG_BYTES);
  assert(
    new TextEncoder().encode(line).length - tagBytes <= MAX_BODY_BYTES - 2,
    JSON.stringify(line),
  );
  const { source, command } = message;
  assert(/^([A-Z]+|\d{3})$/.test(command), JSON.stringify(line));
  if (command === "ERROR") return;
  const isPerson = /^([^!@ ]+)![A-Za-z0-9_.-]+@(chat|irc\.test)$/.exec(source ?? "");
  assert(source === "irc.test" || (isPerson && isAccountName(isPerson[1]!)), JSON.stringify(line));
  if (!isPerson) {
    assert(!["PRIVMSG", "TAGMSG", "JOIN", "PART"].includes(command), JSON.stringify(line));
  }
  assert(!line.includes("INTERNAL_ERROR") && !line.includes("Something went wrong"), line);
}

async function drain(client: IrcClient, heard: string[]): Promise<void> {
  heard.push(...await client.sync());
}

Deno.test("no commands in no order break the server, or make a line that can be misread", async () => {
  await using chat = await serving();
  await chat.register("amy");
  const witness = await chat.enter("witness", { caps: ALL_CAPS });
  const old = await chat.enter("old");
  for (const client of [witness, old]) client.say("JOIN #tea,#lobby");
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(ircLine, { minLength: 1, maxLength: 60, size: "max" }),
      fc.boolean(),
      async (lines, isSignedIn) => {
        const modern = await chat.connect();
        const plain = await chat.connect();
        modern.say(`CAP REQ :${ALL_CAPS}`);
        if (isSignedIn) modern.say(`PASS amy:${PASSWORD}`);
        modern.say(`NICK modern${++runs}`, "USER m 0 * :m", "CAP END", "JOIN #tea");
        plain.say(`NICK plain${runs}`, "USER p 0 * :p", "JOIN #tea");
        modern.say(...lines);
        plain.say(...lines);
        const heard: string[] = [];
        await Promise.all([drain(modern, heard), drain(plain, heard)]);
        await Promise.all([drain(witness, heard), drain(old, heard)]);
        modern.destroy();
        plain.destroy();
        heard.forEach(checkLine);
      },
    ),
    { numRuns: 150, endOnFailure: true },
  );
});

Deno.test("no bytes at all break the server, or make a line that can be misread", async () => {
  await using chat = await serving();
  const witness = await chat.enter("witness");
  witness.say("JOIN #tea");
  const bytes = fc.uint8Array({ maxLength: 400 }).map((values) => {
    const lines = new TextEncoder().encode("PRIVMSG #tea :");
    return Uint8Array.from([...lines, ...values, 0x0d, 0x0a]);
  });
  await fc.assert(
    fc.asyncProperty(fc.array(bytes, { maxLength: 8 }), async (messages) => {
      const client = await chat.enter("thrower");
      client.say("JOIN #tea");
      for (const message of messages) client.send(message);
      client.send("\r\n");
      const heard = [...await client.sync(), ...await witness.sync()];
      client.say("QUIT");
      await client.untilClosed();
      heard.push(...await witness.sync());
      heard.forEach(checkLine);
    }),
    { numRuns: 60, endOnFailure: true },
  );
});
