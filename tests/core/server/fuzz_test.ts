import assert from "node:assert/strict";
import * as fc from "fast-check";
import { MAX_BODY_BYTES, MAX_SERVER_TAG_BYTES, parseMessage } from "../../../core/irc/message.ts";
import { isAccountName } from "../../../core/irc/names.ts";
import type { IrcClient } from "../../helpers/irc_client.ts";
import { PASSWORD, serving } from "./serving.ts";

const ALL_CAPS = "account-notify account-tag away-notify batch draft/chathistory draft/multiline " +
  "echo-message extended-join labeled-response message-tags multi-prefix sasl server-time setname " +
  "standard-replies userhost-in-names";

const COMMANDS = [
  "CAP",
  "NICK",
  "USER",
  "PASS",
  "PING",
  "PONG",
  "AUTHENTICATE",
  "REGISTER",
  "NS",
  "NICKSERV",
  "JOIN",
  "PART",
  "TOPIC",
  "NAMES",
  "LIST",
  "KICK",
  "INVITE",
  "MODE",
  "PRIVMSG",
  "NOTICE",
  "TAGMSG",
  "BATCH",
  "AWAY",
  "SETNAME",
  "WHOIS",
  "WHOWAS",
  "USERHOST",
  "ISON",
  "MONITOR",
  "WHO",
  "MOTD",
  "LUSERS",
  "VERSION",
  "TIME",
  "ADMIN",
  "INFO",
  "HELP",
  "CHATHISTORY",
  "RELAY",
  "FROB",
  "001",
  "QUIT!",
];

/** Words that mean something here, and words that mean nothing anywhere. */
const word = fc.oneof(
  fc.constantFrom(
    "amy",
    "bob",
    "#tea",
    "#TEA",
    "#lobby",
    "#new",
    "#a,#b",
    "amy,bob",
    "*",
    "+",
    "-",
    "+o",
    "-o",
    "+b",
    "+kl",
    "+imnst",
    "-imnst",
    "LS",
    "REQ",
    "END",
    "LATEST",
    "BEFORE",
    "TARGETS",
    "timestamp=2027-01-01T00:00:00.000Z",
    "msgid=x",
    "50",
    "+1",
    "-1",
    "draft/multiline",
    "C",
    "L",
    "S",
    "302",
    "%tacnfhiur,42",
    "0",
    "-5",
    "1e99",
    "NaN",
    "__proto__",
    "constructor",
    "LOGOUT",
    "HELP",
    "PLAIN",
    "SCRAM-SHA-256",
    "guest",
    PASSWORD,
  ),
  fc.string({ unit: "grapheme", maxLength: 12 }),
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.constantFrom(
    "x".repeat(100),
    "☕".repeat(60),
    ":".repeat(30),
    "\x1b]0;owned\x07",
    "\u202e",
    "é".repeat(200),
  ),
).map((text) => text.replace(/[\0\r\n]/g, ""));

const tags = fc.oneof(
  { weight: 3, arbitrary: fc.constant("") },
  fc.constantFrom(
    "@label=7 ",
    "@+a=b ",
    "@batch=1 ",
    "@label=;+draft/reply=x;batch=1 ",
    "@= ",
    "@;;= ",
    "@__proto__=1 ",
  ),
  word.map((text) => `@${text.replaceAll(" ", "")} `),
);

const line = fc.tuple(
  tags,
  fc.constantFrom(...COMMANDS),
  fc.array(word, { maxLength: 5 }),
  fc.boolean(),
)
  .map(([tags, command, words, isTrailing]) => {
    const params = words.map((text, at) =>
      at === words.length - 1 && isTrailing ? ` :${text}` : ` ${text}`
    );
    return tags + command + params.join("");
  });

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
      fc.array(line, { minLength: 1, maxLength: 60, size: "max" }),
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
