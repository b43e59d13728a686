import assert from "node:assert/strict";
import { MAX_BODY_BYTES, parseMessage } from "../../../../../core/irc/message.ts";
import { PASSWORD, serving } from "../../serving.ts";

const ALL_TAGS = "message-tags server-time account-tag batch labeled-response echo-message";
const text = (line: string) => parseMessage(line)!.params.at(-1)!;

Deno.test("PRIVMSG, NOTICE and TAGMSG", async (t) => {
  await using chat = await serving();
  await chat.register("amy");
  const amy = await chat.enter("amy", { password: PASSWORD, caps: ALL_TAGS });
  const bob = await chat.enter("bob", { caps: "message-tags server-time account-tag" });
  const old = await chat.enter("old");
  for (const client of [bob, old]) {
    client.say("JOIN #lobby");
    await client.expect(/ 366 /);
  }
  await Promise.all([amy.sync(), bob.sync()]);

  await t.step("reach everybody in the room, with the tags each asked for", async () => {
    amy.say("@+x/y=1;frob=2;+bad_key=3;label=L1 PRIVMSG #lobby :hello all");
    const [echo] = await amy.expect(/^.*PRIVMSG.*$/);
    const [told] = await bob.expect(/^.*PRIVMSG.*$/);
    const [bare] = await old.expect(/^.*PRIVMSG.*$/);
    assert.equal(bare, ":amy!amy@chat PRIVMSG #lobby :hello all");
    const { label, ...echoed } = parseMessage(echo)!.tags;
    assert.equal(label, "L1");
    const { time, msgid, account, "+x/y": own, ...rest } = parseMessage(told)!.tags;
    assert.deepEqual({ ...echoed }, { time, msgid, account, "+x/y": own });
    assert.deepEqual([account, own, rest], ["amy", "1", {}]);
    assert(Math.abs(Date.parse(time!) - Date.now()) < 60_000);
    assert(msgid);
  });

  await t.step("have ids that never come twice", async () => {
    amy.say(...Array.from({ length: 50 }, (_, n) => `PRIVMSG #lobby :${n}`));
    await amy.sync();
    const ids = (await bob.sync()).map((line) => parseMessage(line)!.tags["msgid"]);
    assert.equal(new Set(ids).size, 50);
    await old.sync();
  });

  await t.step("go to one user, or to several targets", async () => {
    bob.say("PRIVMSG OLD,#lobby :both");
    assert.deepEqual(await (await bob.sync(), old.sync()), [
      ":bob!bob@chat PRIVMSG old :both",
      ":bob!bob@chat PRIVMSG #lobby :both",
    ]);
    await amy.sync();
  });

  await t.step("carry tags alone to those who know tags", async () => {
    amy.say("@+typing=active TAGMSG #lobby");
    const [told] = await bob.expect(/^.*TAGMSG.*$/);
    assert.equal(parseMessage(told)!.tags["+typing"], "active");
    assert.deepEqual(await old.sync(), []);
    amy.say("TAGMSG #lobby", "@frob TAGMSG #lobby");
    await amy.sync();
    assert.deepEqual(await bob.sync(), []);
  });

  await t.step("are answered where somebody is away, notices never", async () => {
    old.say("AWAY :at lunch");
    await old.sync();
    bob.say(
      "PRIVMSG old :there?",
      "NOTICE old :there?",
      "NOTICE nobody-here :x",
      "NOTICE #none :x",
    );
    const answers = await bob.sync();
    assert.deepEqual(answers.map((line) => parseMessage(line)!.params), [[
      "bob",
      "old",
      "at lunch",
    ]]);
    old.say("AWAY");
    await old.sync();
  });

  const refusals: readonly [sent: string, answer: RegExp][] = [
    ["PRIVMSG", / 411 bob :/],
    ["PRIVMSG #lobby", / 412 bob :/],
    ["PRIVMSG #lobby :", / 412 bob :/],
    ["PRIVMSG nobody-here :x", / 401 bob nobody-here :/],
    ["PRIVMSG #none :x", / 403 bob #none :/],
    ["PRIVMSG :two words", / 412 bob :/],
    [`PRIVMSG #lobby :${"x".repeat(MAX_BODY_BYTES)}`, / 417 bob :/],
    [`@+a=${"x".repeat(4092)} PRIVMSG #lobby :x`, / 417 bob :/],
  ];
  for (const [sent, answer] of refusals) {
    await t.step(`refuse ${sent.slice(0, 30)}`, async () => {
      bob.say(sent);
      const lines = await bob.sync();
      assert.equal(lines.length, 1, lines.join("\n"));
      assert.match(lines[0]!, answer);
    });
  }

  await t.step("cut in the middle, are not said", async () => {
    const half = await chat.enter("half");
    half.send("PRIVMSG old :not the who");
    await half[Symbol.asyncDispose]();
    assert.deepEqual(await old.sync(), []);
  });

  await t.step(
    "that don't fit with their sender come in pieces, whole characters each",
    async () => {
      const long = "é☕".repeat(97); // 485 bytes
      amy.say(`PRIVMSG #lobby :${long}`);
      await amy.sync();
      const lines = await old.sync();
      assert(lines.length > 1);
      for (const line of lines) {
        assert(new TextEncoder().encode(line).length <= MAX_BODY_BYTES - 2);
        assert(!line.includes("\ufffd"));
      }
      assert.equal(lines.map(text).join(""), long);
      await bob.sync();
    },
  );
});

Deno.test("labels", async (t) => {
  await using chat = await serving();
  const client = await chat.enter("amy", { caps: "batch labeled-response standard-replies" });

  await t.step("come back on an answer of one line", async () => {
    client.say("@label=a PING x");
    await client.expect(/^@label=a :irc\.test PONG irc\.test x$/);
  });
  await t.step("come back on a batch around several", async () => {
    client.say("@label=b LUSERS");
    const lines = await client.until(/ BATCH -/);
    assert.match(lines[0]!, /^@label=b :irc\.test BATCH \+(\S+) labeled-response$/);
    const ref = / \+(\S+) /.exec(lines[0]!)![1]!;
    for (const line of lines.slice(1, -1)) assert(line.startsWith(`@batch=${ref} `), line);
    assert.equal(lines.at(-1), `:irc.test BATCH -${ref}`);
  });
  await t.step("come back on an ACK where there is no answer", async () => {
    client.say("@label=c PONG", "@label=d PRIVMSG amy");
    await client.expect(/^@label=c :irc\.test ACK$/);
    await client.expect(/^@label=d :irc\.test 412 /);
  });
  await t.step(
    "come back on what takes its time, and on nothing that comes in between",
    async () => {
      const bob = await chat.enter("bob");
      client.say(`@label=e NS REGISTER amy ${PASSWORD}`);
      bob.say("PRIVMSG amy :in between");
      const lines = await client.until(/ BATCH -le/);
      const start = lines.findIndex((line) => line.startsWith("@label=e :irc.test BATCH +"));
      assert(start >= 0, lines.join("\n"));
      assert(lines.slice(start).some((line) => / :Account registered$/.test(line)));
      const between = lines.find((line) => line.includes("in between")) ?? (await client.sync())[0];
      assert.equal(between, ":bob!bob@chat PRIVMSG amy :in between");
    },
  );
  await t.step("hold whatever a client writes", async () => {
    client.say("@label=a\\:b\\sc PING x");
    await client.expect(/^@label=a\\:b\\sc :irc\.test PONG /);
  });
  await t.step("mean nothing to a client without the capability", async () => {
    const plain = await chat.enter("plain");
    plain.say("@label=a PING x");
    await plain.expect(/^:irc\.test PONG irc\.test x$/);
  });
});

Deno.test("standard replies are notices to clients that don't know them", async () => {
  await using chat = await serving({ guests: false });
  const old = await chat.enter("old");
  old.say("PRIVMSG #lobby :x");
  assert.deepEqual(await old.sync(), [":irc.test NOTICE old :Sign in to talk"]);
  const modern = await chat.enter("modern", { caps: "standard-replies" });
  modern.say("PRIVMSG #lobby :x", "WHO *");
  assert.deepEqual(await modern.sync(), [
    ":irc.test FAIL PRIVMSG ACCOUNT_REQUIRED :Sign in to talk",
    ":irc.test FAIL WHO ACCOUNT_REQUIRED :Sign in first",
  ]);
});
