import assert from "node:assert/strict";
import { PASSWORD, serving } from "../../serving.ts";

const codes = (lines: readonly string[]) => lines.map((line) => line.split(" ")[1]);

Deno.test("REGISTER", async (t) => {
  await using chat = await serving({ guests: false });

  await t.step("makes an account, signs in to it and joins the lobby", async () => {
    const client = await chat.enter("stranger");
    client.say(`REGISTER amy * ${PASSWORD}`);
    await client.expect(/^:irc\.test REGISTER SUCCESS amy :Account registered$/);
    await client.expect(/^:stranger!\S+ NICK amy$/);
    await client.expect(/ 900 amy /);
    await client.expect(/^:amy!\S+ JOIN #lobby$/);
    assert.equal(chat.store.accounts.find("AMY")?.name, "amy");
  });

  await t.step("works before registration, for the nick where the name is *", async () => {
    const client = await chat.connect();
    client.say("CAP LS 302", "NICK bob", "USER bob 0 * :b", `REGISTER * * ${PASSWORD}`);
    await client.expect(/ REGISTER SUCCESS bob /);
    client.say("CAP END");
    await client.expect(/ 001 bob /);
    await client.expect(/ JOIN #lobby$/);
  });

  const refusals: readonly [sent: string, answer: RegExp][] = [
    [`REGISTER amy * ${PASSWORD}`, /FAIL REGISTER ACCOUNT_EXISTS amy :/],
    [`REGISTER AMY * ${PASSWORD}`, /FAIL REGISTER ACCOUNT_EXISTS AMY :/],
    [`REGISTER b0b * ${PASSWORD}`, /FAIL REGISTER BAD_ACCOUNT_NAME b0b :.*looks like/],
    [`REGISTER a * ${PASSWORD}`, /FAIL REGISTER BAD_ACCOUNT_NAME a :/],
    [
      `REGISTER NickServ * ${PASSWORD}`,
      /FAIL REGISTER BAD_ACCOUNT_NAME NickServ :Name is reserved$/,
    ],
    [`REGISTER N1ckServ * ${PASSWORD}`, /FAIL REGISTER BAD_ACCOUNT_NAME N1ckServ :/],
    [`REGISTER ${"x".repeat(21)} * ${PASSWORD}`, /FAIL REGISTER BAD_ACCOUNT_NAME x+ :/],
    ["REGISTER cara * a\tb", /FAIL REGISTER WEAK_PASSWORD cara :/],
    ["REGISTER cara *", / 461 \S+ REGISTER :/],
  ];
  for (const [sent, answer] of refusals) {
    await t.step(`refuses ${sent}`, async () => {
      const client = await chat.connect();
      await client.enter("asker", { caps: "standard-replies" });
      client.say(sent);
      await client.expect(answer);
      await client[Symbol.asyncDispose]();
    });
  }

  await t.step(
    "answers in its own specification's words, asked for standard replies or not",
    async () => {
      const client = await chat.enter("plain");
      client.say(`REGISTER a * ${PASSWORD}`, "CHATHISTORY LATEST #none * 5", "NS REGISTER short");
      await client.expect(/^:irc\.test FAIL REGISTER BAD_ACCOUNT_NAME a :/);
      await client.expect(/^:irc\.test FAIL CHATHISTORY \S+ /);
      await client.expect(/^:irc\.test NOTICE plain :/);
    },
  );

  await t.step("does not give signed-in users a second account", async () => {
    const client = await chat.enter("amy", { password: PASSWORD, caps: "standard-replies" });
    client.say(`REGISTER amy2 * ${PASSWORD}`);
    await client.expect(/FAIL REGISTER ALREADY_AUTHENTICATED amy2 :/);
  });

  await t.step("cut in the middle, makes the account or does not, and goes on", async () => {
    const client = await chat.enter("gone");
    client.say(`REGISTER gone * ${PASSWORD}`);
    await client[Symbol.asyncDispose]();
    const next = await chat.connect();
    next.say("NICK still-here", "USER x 0 * :x");
    await next.expect(/ 001 still-here /);
  });
});

Deno.test("a password that no account can have is refused whatever the name, and counts for nothing", async () => {
  await using chat = await serving({ limits: true });
  await chat.register("amy");
  const client = await chat.enter("visitor");
  const tooLong = "x".repeat(300);
  for (let n = 0; n < 20; n++) {
    client.say(`REGISTER amy * ${tooLong}`, `REGISTER zoe * ${tooLong}`);
    for (const name of ["amy", "zoe"]) {
      await client.expect(new RegExp(` FAIL REGISTER WEAK_PASSWORD ${name} :`));
    }
  }
  client.say(`REGISTER zoe * ${PASSWORD}`);
  await client.expect(/REGISTER SUCCESS zoe/);
});

Deno.test("twenty people behind one address can register and sign in within a minute", async () => {
  await using chat = await serving({ limits: true, slots: 20, guests: false });
  const people = await Promise.all(
    Array.from({ length: 20 }, (_, n) => chat.enter(`person-${n}`)),
  );
  await Promise.all(people.map(async (client, n) => {
    client.say(`REGISTER person-${n} * ${PASSWORD}`);
    await client.expect(/REGISTER SUCCESS/);
  }));
  for (const client of people) client.say("QUIT");
  await chat.until(() => chat.server.context.slots.used === 0);
  await Promise.all(
    people.map((_, n) => chat.enter(`person-${n}`, { password: PASSWORD })),
  );
});

Deno.test("NickServ", async (t) => {
  await using chat = await serving({ guests: false });
  const client = await chat.enter("amy");
  const ask = async (words: string, answer: RegExp) => {
    client.say(words);
    await client.expect(answer);
  };

  await t.step("helps", () => ask("PRIVMSG NickServ :help", /NOTICE amy :IDENTIFY/));
  await t.step(
    "registers the nick",
    () => ask(`PRIVMSG NickServ :REGISTER ${PASSWORD}`, /NOTICE amy :Account registered$/),
  );
  await t.step(
    "refuses to do so twice",
    () => ask(`NS REGISTER ${PASSWORD}`, /NOTICE amy :You are signed in as amy/),
  );
  await t.step(
    "changes the password",
    () => ask(`NS PASSWD ${PASSWORD} battery-staple-9`, /Password changed/),
  );
  await t.step(
    "refuses to change it without the old one",
    () => ask(`NS PASSWD ${PASSWORD} battery-staple-9`, /Wrong name or password/),
  );
  await t.step(
    "takes a short one, and advises against it",
    async () => {
      await ask("NS PASSWD battery-staple-9 x", /Password changed\. That password is short/);
      await ask("NS PASSWD x battery-staple-9", /Password changed$/);
    },
  );
  await t.step("signs out, out of all rooms", async () => {
    await ask("NICKSERV LOGOUT", /^:amy!\S+ PART #lobby/);
    await client.expect(/^:amy!\S+ NICK guest\d+$/);
    await client.expect(/ 901 /);
    await client.expect(/You are signed out/);
    await ask("PRIVMSG #lobby :hello?", /Sign in to talk/);
  });
  await t.step(
    "refuses a wrong password",
    () => ask("NS IDENTIFY amy wrong-horse-7", /Wrong name/),
  );
  await t.step("signs in", async () => {
    await ask("NS IDENTIFY amy battery-staple-9", /^:guest\d+!\S+ NICK amy$/);
    await client.expect(/ JOIN #lobby$/);
  });
  await t.step(
    "refuses to drop the account without the password",
    () => ask("NS DROP wrong-horse-7", /Wrong name or password/),
  );
  await t.step("drops it", async () => {
    await ask("NS DROP battery-staple-9", /Account amy is gone/);
    assert.equal(chat.store.accounts.find("amy"), undefined);
  });
  for (const command of ["LOGOUT", "PASSWD a b", "DROP a"]) {
    await t.step(`refuses ${command} to a stranger`, () => ask(`NS ${command}`, /not signed in/));
  }
  await t.step("knows no other words", () => ask("NS FROB", /Unknown command: FROB/));
  await t.step("wants the words it needs", () => ask("NS PASSWD", /Usage: PASSWD/));
});

Deno.test("a name that is an account's", async (t) => {
  await using chat = await serving();
  await chat.register("amy");

  await t.step("can't be worn by a guest, nor one that looks like it", async () => {
    const guest = await chat.enter("guest-1");
    guest.say("NICK amy", "NICK AMY", "NICK arny");
    assert.deepEqual(codes(await guest.sync()), ["433", "433", "433"]);
    const stranger = await chat.connect();
    stranger.say("NICK amy", "USER x 0 * :x");
    await stranger.expect(/ 433 \* amy :.*sign in to it/);
    stranger.say("NICK else");
    await stranger.expect(/ 001 else /);
  });

  await t.step("can't be taken off by its owner", async () => {
    for (const caps of ["", "standard-replies"]) {
      const amy = await chat.enter("amy", { password: PASSWORD, caps });
      amy.say("NICK amelia", "NICK x", "NICK amy");
      const refusal = ":Your nickname is your account's name while you are signed in";
      assert.deepEqual(await amy.sync(), [
        `:irc.test 432 amy amelia ${refusal}`,
        `:irc.test 432 amy x ${refusal}`,
      ]);
      await amy[Symbol.asyncDispose]();
    }
  });

  await t.step(
    "is taken from a stranger where guests may not speak: nobody knows them by it",
    async () => {
      await using members = await serving({ guests: false });
      const stranger = await members.enter("bob");
      const other = await members.enter("visitor");
      other.say(`NS REGISTER bob ${PASSWORD}`);
      await other.expect(/^:visitor!\S+ NICK bob$/);
      await stranger.expect(/^:bob!\S+ NICK guest\d+$/);
      const lookalike = await members.enter("z0e");
      const third = await members.enter("visitor2");
      third.say(`NS REGISTER zoe ${PASSWORD}`);
      await lookalike.expect(/^:z0e!\S+ NICK guest\d+$/);
      await third.expect(/ NICK zoe$/);
    },
  );
});
