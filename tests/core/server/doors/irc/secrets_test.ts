/** Passwords that slip into a room, and sign-ins that overtake each other. @module */
import assert from "node:assert/strict";
import { PASSWORD, serving } from "../../serving.ts";

const plain = (name: string) => new TextEncoder().encode(`\0${name}\0${PASSWORD}`).toBase64();

Deno.test("a message that repeats a password of the connection is not delivered", async (t) => {
  await using chat = await serving({ guests: true });
  await chat.register("amy");
  await chat.register("bob");
  const watcher = await chat.enter("watcher");
  watcher.say("JOIN #lobby");
  await watcher.sync();
  const ways: [string, string[]][] = [
    ["PASS", [`PASS amy:${PASSWORD}`, "NICK a1", "USER a 0 * :a"]],
    [
      "SASL PLAIN",
      ["CAP REQ sasl", "AUTHENTICATE PLAIN", `AUTHENTICATE ${plain("amy")}`]
        .concat(["NICK a2", "USER a 0 * :a", "CAP END"]),
    ],
    ["NickServ IDENTIFY", [
      "NICK zz1",
      "USER a 0 * :a",
      `PRIVMSG NickServ :IDENTIFY amy ${PASSWORD}`,
    ]],
    ["a mistyped IDENTIFY", ["NICK zz2", "USER a 0 * :a", `NS IDENTFY amy ${PASSWORD}`]],
    ["REGISTER", ["NICK zz3", "USER a 0 * :a", `REGISTER fred * ${PASSWORD}`]],
  ];
  for (const [what, lines] of ways) {
    await t.step(what, async () => {
      const client = await chat.connect();
      client.say(...lines);
      await client.expect(/ (376|422) /);
      await client.sync();
      client.say("JOIN #lobby", `PRIVMSG #lobby :${PASSWORD}`, `PRIVMSG watcher : ${PASSWORD} `);
      client.say(`NOTICE #lobby :${PASSWORD}`, `PRIVMSG #lobby :watcher: ${PASSWORD}`);
      client.say(`PRIVMSG #lobby :\x01ACTION ${PASSWORD}\x01`);
      client.say(`TOPIC #lobby :${PASSWORD}`, `PART #lobby :${PASSWORD}`);
      client.say(`AWAY :${PASSWORD}`, `SETNAME :${PASSWORD}`);
      for (let n = 0; n < 9; n++) await client.expect(/Not sent: it has a password in it$/);
      await client.sync();
      client.say(`QUIT :${PASSWORD}`);
      await watcher.expect(/ QUIT /);
      assert(!watcher.transcript.includes(PASSWORD), watcher.transcript);
      await client[Symbol.asyncDispose]();
    });
  }
});

Deno.test("a sign-in at NickServ that was typed as a message is not said", async () => {
  await using chat = await serving({ guests: true });
  const watcher = await chat.enter("watcher");
  watcher.say("JOIN #lobby");
  await watcher.sync();
  const client = await chat.enter("amy");
  client.say("JOIN #lobby", "PRIVMSG #lobby : /msg NickServ IDENTIFY hunter2");
  await client.expect(/Not sent/);
  client.say("PRIVMSG #lobby :nickserv identify hunter2", "PRIVMSG #lobby :type /ns help");
  await client.expect(/Not sent/);
  await client.sync();
  const heard = (await watcher.sync()).filter((line) => line.includes("PRIVMSG"));
  assert.deepEqual(heard, [":amy!amy@chat PRIVMSG #lobby :type /ns help"]);
});

Deno.test("a guest's name cannot be registered by others while the guest is online", async (t) => {
  await using chat = await serving({ guests: true });
  const guest = await chat.enter("olga");
  const other = await chat.enter("eve", { caps: "standard-replies" });
  for (const name of ["olga", "OLGA", "0lga"]) {
    await t.step(name, async () => {
      other.say(`REGISTER ${name} * ${PASSWORD}`);
      await other.expect(/FAIL REGISTER BAD_ACCOUNT_NAME \S+ :Name is in use by a guest/);
      other.say(`NS REGISTER ${name} ${PASSWORD}`);
      await other.expect(/FAIL NS BAD_ACCOUNT_NAME \S+ :Name is in use by a guest/);
    });
  }
  await t.step("nor at the PTCHAT door", async () => {
    const typist = await chat.connect({ plain: true });
    typist.send(`~:register olga ${PASSWORD}:\n`);
    await typist.expect(/^\* That name is in use by a guest/);
  });
  await t.step("but their own", async () => {
    guest.say(`REGISTER olga * ${PASSWORD}`);
    await guest.expect(/REGISTER SUCCESS olga /);
  });
});

Deno.test("a SASL exchange ends where another sign-in overtakes it", async () => {
  await using chat = await serving({ guests: true });
  await chat.register("amy");
  await chat.register("bob");
  const client = await chat.connect();
  client.say(
    "CAP REQ sasl",
    "AUTHENTICATE PLAIN",
    `PASS amy:${PASSWORD}`,
    "NICK amy",
    "USER a 0 * :a",
  );
  client.say("CAP END");
  await client.expect(/ 906 amy :/);
  await client.expect(/ 001 amy :/);
  client.say(`AUTHENTICATE ${plain("bob")}`);
  await client.expect(/ 907 amy :/);
  await client.sync();
  assert.equal(chat.server.context.hub.user("bob"), undefined);
});
