import assert from "node:assert/strict";
import { parseMessage } from "../../../../../core/irc/message.ts";
import { serving } from "../../serving.ts";

const START = Date.parse("2027-01-15T08:00:00.000Z");
const iso = (n: number) => new Date(START + n * 1_000).toISOString();

async function withMessages(count: number) {
  let now = START - 1_000;
  const chat = await serving({ wallNow: () => now });
  const amy = await chat.enter("amy", { caps: "echo-message message-tags" });
  amy.say("JOIN #tea");
  await amy.sync();
  for (let n = 0; n < count; n++) {
    now = START + n * 1_000;
    amy.say(`PRIVMSG #tea :${n}`);
    await amy.expect(/PRIVMSG/).then(([line]) => line);
  }
  now += 1_000;
  return chat;
}

Deno.test("CHATHISTORY", async (t) => {
  await using chat = await withMessages(10);
  const caps = "batch draft/chathistory message-tags server-time standard-replies";
  const bob = await chat.enter("bob", { caps });
  bob.say("JOIN #tea");
  assert(!(await bob.sync()).some((line) => line.includes("PRIVMSG")));
  const ask = async (what: string) => {
    bob.say(`CHATHISTORY ${what}`);
    const lines = await bob.until(/ BATCH -/);
    const [, ref] = / BATCH \+(\S+) chathistory #tea$/.exec(lines[0]!)!;
    return lines.slice(1, -1).map((line) => {
      const { tags, params } = parseMessage(line)!;
      assert.equal(tags["batch"], ref);
      assert.equal(tags["time"], iso(Number(params[1])));
      return { n: Number(params[1]), id: tags["msgid"]! };
    });
  };
  const numbers = async (what: string) => (await ask(what)).map(({ n }) => n);
  const ids = (await ask("LATEST #tea * 100")).map(({ id }) => id);
  assert.equal(new Set(ids).size, 10);

  const queries: readonly [query: string, expected: readonly number[]][] = [
    ["LATEST #tea * 3", [7, 8, 9]],
    ["LATEST #TEA * 3", [7, 8, 9]],
    [`LATEST #tea timestamp=${iso(7)} 10`, [8, 9]],
    [`LATEST #tea msgid=${ids[5]} 2`, [8, 9]],
    [`BEFORE #tea msgid=${ids[3]} 2`, [1, 2]],
    [`BEFORE #tea timestamp=${iso(2)} 10`, [0, 1]],
    [`AFTER #tea msgid=${ids[3]} 2`, [4, 5]],
    [`AFTER #tea timestamp=${iso(8)} 10`, [9]],
    [`AROUND #tea msgid=${ids[5]} 4`, [3, 4, 5, 6]],
    [`BETWEEN #tea msgid=${ids[2]} msgid=${ids[6]} 10`, [3, 4, 5]],
    [`BETWEEN #tea timestamp=${iso(6)} timestamp=${iso(2)} 2`, [4, 5]],
    ["LATEST #tea * 0", []],
    ["BEFORE #tea msgid=unknown 5", []],
  ];
  for (const [query, expected] of queries) {
    await t.step(`answers ${query.replace(/msgid=\S+/g, "msgid=...")}`, async () => {
      assert.deepEqual(await numbers(query), expected);
    });
  }

  await t.step("answers TARGETS", async () => {
    bob.say(`CHATHISTORY TARGETS timestamp=${iso(0)} timestamp=${iso(100)} 10`);
    assert.deepEqual(await bob.sync(), [
      ":irc.test BATCH +targets draft/chathistory-targets",
      `@batch=targets :irc.test CHATHISTORY TARGETS #tea ${iso(9)}`,
      ":irc.test BATCH -targets",
    ]);
  });

  const refusals: readonly [query: string, code: RegExp][] = [
    ["", / 461 bob CHATHISTORY :/],
    ["LATEST", /FAIL CHATHISTORY INVALID_PARAMS LATEST :/],
    ["LATEST #tea * many", /FAIL CHATHISTORY INVALID_PARAMS LATEST :/],
    ["LATEST #tea * -1", /FAIL CHATHISTORY INVALID_PARAMS LATEST :/],
    ["LATEST #tea time=1 5", /FAIL CHATHISTORY INVALID_PARAMS LATEST :/],
    ["BEFORE #tea timestamp=yesterday 5", /FAIL CHATHISTORY INVALID_PARAMS BEFORE :/],
    ["FROB #tea * 5", /FAIL CHATHISTORY INVALID_PARAMS FROB :/],
    [":a b", /FAIL CHATHISTORY INVALID_PARAMS AB :/],
    ["TARGETS a b 5", /FAIL CHATHISTORY INVALID_PARAMS TARGETS :/],
    ["LATEST #lobby * 5", /FAIL CHATHISTORY INVALID_TARGET LATEST #lobby :/],
    ["LATEST #none * 5", /FAIL CHATHISTORY INVALID_TARGET LATEST #none :/],
    ["LATEST amy * 5", /FAIL CHATHISTORY INVALID_TARGET LATEST amy :/],
  ];
  for (const [query, answer] of refusals) {
    await t.step(`refuses "${query}"`, async () => {
      bob.say(`CHATHISTORY ${query}`);
      const lines = await bob.sync();
      assert.equal(lines.length, 1, lines.join("\n"));
      assert.match(lines[0]!, answer);
    });
  }
});

Deno.test("who joins without draft/chathistory is shown the last 50 messages", async (t) => {
  await using chat = await withMessages(60);
  const wanted = Array.from({ length: 50 }, (_, n) => n + 10);

  await t.step("with the time in the text", async () => {
    const old = await chat.enter("old");
    old.say("JOIN #tea");
    const lines = (await old.sync()).filter((line) => / PRIVMSG /.test(line));
    assert.deepEqual(
      lines,
      wanted.map((n) => {
        const when = iso(n).slice(5, 16).replace("T", " ");
        return `:amy!amy@chat PRIVMSG #tea :[${when}] ${n}`;
      }),
    );
  });

  await t.step("with the time as a tag, in a batch, where the client knows them", async () => {
    const modern = await chat.enter("modern", { caps: "server-time batch" });
    modern.say("JOIN #tea");
    const lines = await modern.until(/ BATCH -/);
    const messages = lines.filter((line) => / PRIVMSG /.test(line)).map((line) =>
      parseMessage(line)!
    );
    assert.deepEqual(
      messages.map(({ tags, params }) => [tags["time"], params[1]]),
      wanted.map((n) => [iso(n), String(n)]),
    );
  });
});

Deno.test("a message of several lines comes out of history as it went in, where the client can take it", async () => {
  await using chat = await serving();
  const amy = await chat.enter("amy", { caps: "batch draft/multiline message-tags" });
  amy.say(
    "JOIN #tea",
    "BATCH +1 draft/multiline #tea",
    "@batch=1 PRIVMSG #tea :one",
    "@batch=1 PRIVMSG #tea :",
    "@batch=1 PRIVMSG #tea :two",
    "BATCH -1",
  );
  await amy.sync();
  const caps = "batch draft/chathistory message-tags server-time";
  const history = async (name: string, caps: string) => {
    const reader = await chat.enter(name, { caps });
    reader.say("JOIN #tea", "CHATHISTORY LATEST #tea * 10");
    return (await reader.sync()).map((line) => parseMessage(line)!)
      .filter(({ command }) => command === "PRIVMSG" || command === "BATCH");
  };
  const whole = await history("bob", `${caps} draft/multiline`);
  const [outer, inner, ...rest] = whole;
  assert.equal(outer?.params[1], "chathistory");
  assert.deepEqual([inner?.params[1], inner?.tags["batch"]], [
    "draft/multiline",
    outer?.params[0]?.slice(1),
  ]);
  assert("msgid" in inner!.tags);
  const texts = rest.filter(({ command }) => command === "PRIVMSG").map(({ params }) => params[1]);
  assert.deepEqual(texts, ["one", "", "two"]);

  const pieces = (await history("cara", caps)).filter(({ command }) => command === "PRIVMSG");
  assert.deepEqual(pieces.map(({ params }) => params[1]), ["one", "two"]);
  assert.deepEqual(pieces.map(({ tags }) => "msgid" in tags), [true, false]);
});

Deno.test("a request to clients is not kept for those who come later; an action is", async () => {
  await using chat = await serving();
  const amy = await chat.enter("amy");
  amy.say("JOIN #tea", "PRIVMSG #tea :\x01VERSION\x01", "PRIVMSG #tea :\x01ACTION waves\x01");
  await amy.sync();
  const bob = await chat.enter("bob");
  bob.say("JOIN #tea");
  const lines = (await bob.sync()).filter((line) => line.includes("PRIVMSG"));
  assert.deepEqual(lines.map((line) => line.slice(line.indexOf("\x01"))), [
    "\x01ACTION waves\x01",
  ]);
});

Deno.test("history of many-line messages does not close the connection, and the newest are sent", async () => {
  await using chat = await serving();
  const amy = await chat.enter("amy", { caps: "batch draft/multiline message-tags" });
  amy.say("JOIN #tea");
  const tag = `+x=${"t".repeat(3_900)}`;
  for (let n = 0; n < 12; n++) {
    amy.say(`@${tag} BATCH +${n} draft/multiline #tea`);
    amy.say(
      ...Array(199).fill(`@batch=${n} PRIVMSG #tea :x`),
      `@batch=${n} PRIVMSG #tea :end ${n}`,
    );
    amy.say(`BATCH -${n}`);
  }
  await amy.sync();
  const caps = "batch message-tags server-time account-tag";
  const modern = await chat.enter("modern", { caps: `${caps} draft/chathistory draft/multiline` });
  modern.say("JOIN #tea", ...Array(8).fill("CHATHISTORY LATEST #tea * 50"));
  const lines = await modern.sync();
  const answers = lines.filter((line) => line.includes(" BATCH -h")).length;
  assert.equal(answers, 8);
  assert.equal(lines.filter((line) => line.includes(" :end 11")).length, 8);
  assert(lines.join("\r\n").length < 8 * 256 * 1024);
  modern.say("CHATHISTORY AFTER #tea timestamp=1970-01-01T00:00:00.000Z 50");
  assert((await modern.until(/ BATCH -h/)).some((line) => line.includes(" :end 0")));
  const old = await chat.enter("old", { caps });
  old.say("JOIN #tea");
  assert((await old.sync()).some((line) => line.includes(" :end 11")));
});

Deno.test("tags that the server does not know reach those who are here, and are not stored", async () => {
  await using chat = await serving();
  const amy = await chat.enter("amy", { caps: "message-tags" });
  const bob = await chat.enter("bob", { caps: "message-tags batch draft/chathistory" });
  amy.say("JOIN #lobby");
  bob.say("JOIN #lobby");
  await Promise.all([amy.sync(), bob.sync()]);
  const filler = "x".repeat(4_000);
  amy.say(
    `@+filler=${filler};+draft/reply=abc PRIVMSG #lobby :filled`,
    `@+draft/reply=${"y".repeat(4_000)} PRIVMSG #lobby :long`,
    "@+typing=active TAGMSG #lobby",
  );
  const live = [await bob.expect(/ :filled$/), await bob.expect(/ :long$/)];
  assert.deepEqual(live.map(({ input }) => parseMessage(input)!.tags["+filler"]?.length), [
    filler.length,
    undefined,
  ]);
  await bob.expect(/\+typing=active .* TAGMSG #lobby$/);
  const rows = chat.store.history.query({ name: "#lobby", life: 1 }, { kind: "latest", limit: 9 });
  assert.deepEqual(rows.map(({ text, tags }) => [text, tags]), [
    ["filled", { "+draft/reply": "abc" }],
    ["long", undefined],
  ]);
  bob.say("CHATHISTORY LATEST #lobby * 9");
  await bob.expect(/\+draft\/reply=abc .* PRIVMSG #lobby :\[.*\] filled$/);
});
