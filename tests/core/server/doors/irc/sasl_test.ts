import assert from "node:assert/strict";
import { PASSWORD, serving } from "../../serving.ts";
import { authenticate, plain, scram } from "./sasl.ts";

Deno.test("AUTHENTICATE", async (t) => {
  await using chat = await serving({ guests: false });
  await chat.register("Amy");
  const fresh = async () => {
    const client = await chat.connect();
    client.say("CAP LS 302", "CAP REQ :sasl");
    await client.expect(/ ACK /);
    return client;
  };

  for (const [name, signIn] of [["PLAIN", plain], ["SCRAM-SHA-256", scram]] as const) {
    await t.step(`${name} signs in before registration, under the account's name`, async () => {
      const client = await fresh();
      assert.deepEqual(await signIn(client, "amy", PASSWORD), [
        ":irc.test 900 * *!*@chat Amy :You are now logged in as Amy",
        ":irc.test 903 * :SASL authentication successful",
      ]);
      client.say("NICK whoever", "USER x 0 * :x", "CAP END");
      await client.expect(/ 001 Amy :/);
      await client.expect(/^:Amy!\S+ JOIN #lobby$/);
    });

    await t.step(`${name} signs in after registration, and says the new nick`, async () => {
      const client = await fresh();
      client.say(`NICK late${name.length}`, "USER x 0 * :x", "CAP END");
      await client.expect(/ 422 /);
      const [renamed = "", signedIn = "", done = ""] = await signIn(client, "Amy", PASSWORD);
      assert.match(renamed, /^:late\d+!x@chat NICK Amy$/);
      assert.match(signedIn, / 900 Amy Amy!\S+ Amy :/);
      assert.match(done, / 903 /);
      await client.expect(/^:Amy!\S+ JOIN #lobby$/);
    });

    await t.step(`${name} refuses a wrong password and a wrong name alike`, async () => {
      for (const account of ["amy", "nobody"]) {
        const client = await fresh();
        const [refusal = ""] = await signIn(client, account, "wrong-horse-7");
        assert.match(refusal, / 904 \* :SASL authentication failed: Wrong name or password$/);
        client.say(`NICK ${account}-${name.length}`, "USER x 0 * :x", "CAP END");
        await client.expect(/ 001 /);
      }
    });
  }

  await t.step("lists the mechanisms when it does not know one", async () => {
    const client = await fresh();
    client.say("AUTHENTICATE EXTERNAL");
    await client.expect(/ 908 \* PLAIN,SCRAM-SHA-256 :/);
    await client.expect(/ 904 /);
  });

  const broken: readonly [what: string, lines: readonly string[], answer: RegExp][] = [
    ["no base64", ["AUTHENTICATE !!!"], / 904 .*not base64/],
    ["no UTF-8", ["AUTHENTICATE /w=="], / 904 .*not base64/],
    ["nothing", ["AUTHENTICATE +"], / 904 .*Malformed/],
    ["two words of three", authenticate("a\0b"), / 904 .*Malformed/],
    ["four words", authenticate("\0amy\0pass\0word"), / 904 .*Malformed/],
    ["another account to act for", authenticate(`bob\0amy\0${PASSWORD}`), / 904 .*act for/],
    ["a chunk of 401 bytes", [`AUTHENTICATE ${"A".repeat(401)}`], / 905 /],
    ["more chunks than it keeps", [
      ...Array(20).fill(`AUTHENTICATE ${"A".repeat(400)}`),
      "AUTHENTICATE +",
    ], / 904 /],
    ["an abort", ["AUTHENTICATE *"], / 906 /],
  ];
  for (const [what, lines, answer] of broken) {
    await t.step(`PLAIN refuses ${what}, and works the next time`, async () => {
      const client = await fresh();
      client.say("AUTHENTICATE PLAIN");
      await client.expect(/AUTHENTICATE \+$/);
      client.say(...lines);
      await client.expect(answer);
      assert.deepEqual(await client.sync(), [], "one answer, and no more");
      assert.match((await plain(client, "Amy", PASSWORD)).at(-1)!, / 903 /);
    });
  }

  await t.step("takes a message of exactly one, and of several full chunks", async () => {
    for (const length of [300, 400, 600]) { // base64 of 300 bytes is 400
      const client = await fresh();
      client.say("AUTHENTICATE PLAIN");
      await client.expect(/AUTHENTICATE \+$/);
      const lines = authenticate(`\0amy\0${"x".repeat(length - 5)}`);
      client.say(...lines);
      await client.expect(/ 904 .*Wrong name or password$/);
    }
  });

  await t.step("is refused when it is signed in already", async () => {
    const client = await fresh();
    await plain(client, "Amy", PASSWORD);
    client.say("AUTHENTICATE PLAIN");
    await client.expect(/ 907 /);
  });

  await t.step("needs the capability", async () => {
    const client = await chat.connect();
    client.say("AUTHENTICATE PLAIN");
    await client.expect(/ 904 \* :SASL was not negotiated$/);
  });

  await t.step("cut in the middle, leaves nobody signed in", async () => {
    const client = await fresh();
    client.say("AUTHENTICATE PLAIN");
    await client.expect(/AUTHENTICATE \+$/);
    client.say(`AUTHENTICATE ${authenticate(`\0amy\0${PASSWORD}`)[0]!.slice(13, 20)}`);
    await client[Symbol.asyncDispose]();
    const other = await fresh();
    other.say("NICK visitor", "USER x 0 * :x", "CAP END", "LUSERS");
    await other.expect(/ 001 visitor /);
  });
});

Deno.test("wrong passwords are throttled per account, for right ones as well", async () => {
  await using chat = await serving({ limits: true });
  await chat.register("amy");
  const client = await chat.connect();
  client.say("CAP REQ :sasl");
  for (let n = 1; n <= 10; n++) {
    const [refusal = ""] = await plain(client, "amy", "wrong-horse-7");
    assert.match(refusal, / 904 .*Wrong name or password$/);
  }
  const [limited = ""] = await plain(client, "amy", PASSWORD);
  assert.match(limited, / 904 .*Too many attempts: wait \d+ seconds$/);
  const [other = ""] = await plain(client, "nobody-else", "wrong-horse-7");
  assert.match(other, / 904 .*Wrong name or password$/);
});
