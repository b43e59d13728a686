import assert from "node:assert/strict";
import { MAX_BODY_BYTES, parseMessage } from "../../../../../core/irc/message.ts";
import { serving } from "../../serving.ts";

const text = (line: string) => parseMessage(line)!.params.at(-1)!;

Deno.test("draft/multiline", async (t) => {
  await using chat = await serving();
  const caps = "batch draft/multiline message-tags standard-replies";
  const amy = await chat.enter("amy", { caps: `${caps} echo-message` });
  const bob = await chat.enter("bob", { caps });
  const old = await chat.enter("old");
  for (const client of [amy, bob, old]) {
    client.say("JOIN #tea");
    await client.expect(/ 366 /);
  }
  for (const client of [amy, bob, old]) await client.sync();
  const lines = ["one", "", "three ", "and more"];

  await t.step("is one message to those who know it", async () => {
    amy.say("BATCH +7 draft/multiline #tea");
    amy.say(
      ...lines.map((line, n) =>
        `@batch=7${n === 3 ? ";draft/multiline-concat" : ""} PRIVMSG #tea :${line}`
      ),
    );
    amy.say("BATCH -7");
    for (const client of [amy, bob]) {
      const got = await client.until(/ BATCH -/);
      const [, ref, msgid] = /^@msgid=(\S+) :amy!\S+ BATCH \+(\S+) draft\/multiline #tea$/
        .exec(got[0]!)!;
      assert(ref && msgid);
      assert.deepEqual(got.slice(1, -1).map(text), lines, "cut as its sender cut it");
      const joined = got.slice(1, -1).map((line) => line.includes("draft/multiline-concat"));
      assert.deepEqual(joined, [false, false, false, true]);
    }
  });

  await t.step("is several messages to others, without the empty lines", async () => {
    assert.deepEqual((await old.sync()).map(text), ["one", "three ", "and more"]);
  });

  await t.step("keeps lines that grow long by joining within a line's limit", async () => {
    amy.say("BATCH +8 draft/multiline #tea");
    const part = "y".repeat(300);
    amy.say(
      `@batch=8 PRIVMSG #tea :${part}`,
      `@batch=8;draft/multiline-concat PRIVMSG #tea :${part}`,
    );
    amy.say("BATCH -8");
    await amy.sync();
    const got = await bob.until(/ BATCH -/);
    const pieces = got.slice(1, -1).map((line) => parseMessage(line)!);
    assert.equal(pieces.map(({ params }) => params[1]).join(""), part + part);
    assert.deepEqual(pieces.map(({ tags }) => "draft/multiline-concat" in tags), [false, true]);
    for (const line of await old.sync()) assert(line.length <= MAX_BODY_BYTES - 2);
  });

  const refusals: readonly [what: string, lines: readonly string[], code: string][] = [
    ["an unknown type", ["BATCH +1 frob"], "UNKNOWN_TYPE"],
    ["no target", ["BATCH +1 draft/multiline"], "MULTILINE_INVALID"],
    [
      "one inside another",
      ["BATCH +1 draft/multiline #tea", "BATCH +2 draft/multiline #tea"],
      "MULTILINE_INVALID",
    ],
    ["an end without a start", ["BATCH -9"], "MULTILINE_INVALID"],
    ["an empty one", ["BATCH +1 draft/multiline #tea", "BATCH -1"], "MULTILINE_INVALID"],
    [
      "blank lines alone",
      ["BATCH +1 draft/multiline #tea", "@batch=1 PRIVMSG #tea :", "BATCH -1"],
      "MULTILINE_INVALID",
    ],
    [
      "another target",
      ["BATCH +1 draft/multiline #tea", "@batch=1 PRIVMSG bob :x"],
      "MULTILINE_INVALID_TARGET #tea bob",
    ],
    ["a line of another batch", [
      "BATCH +1 draft/multiline #tea",
      "@batch=2 PRIVMSG #tea :x",
    ], "MULTILINE_INVALID"],
    ["a blank line that is joined to another", [
      "BATCH +1 draft/multiline #tea",
      "@batch=1 PRIVMSG #tea :x",
      "@batch=1;draft/multiline-concat PRIVMSG #tea :",
    ], "MULTILINE_INVALID"],
    ["both kinds", [
      "BATCH +1 draft/multiline #tea",
      "@batch=1 PRIVMSG #tea :x",
      "@batch=1 NOTICE #tea :x",
    ], "MULTILINE_INVALID"],
    ["too many lines", [
      "BATCH +1 draft/multiline #tea",
      ...Array(201).fill("@batch=1 PRIVMSG #tea :x"),
    ], "MULTILINE_MAX_LINES 200"],
    ["too many bytes", [
      "BATCH +1 draft/multiline #tea",
      ...Array(42).fill(`@batch=1 PRIVMSG #tea :${"x".repeat(400)}`),
    ], "MULTILINE_MAX_BYTES 16384"],
  ];
  for (const [what, said, code] of refusals) {
    await t.step(`refuses ${what}, and says nothing of it`, async () => {
      amy.say(...said);
      const answers = await amy.sync();
      assert.match(answers[0]!, new RegExp(`FAIL BATCH ${code} :`));
      assert.deepEqual(await bob.sync(), []);
    });
  }

  await t.step("cut in the middle, is not said", async () => {
    const half = await chat.enter("half", { caps });
    half.say("BATCH +1 draft/multiline bob", "@batch=1 PRIVMSG bob :never");
    await half.sync();
    await half[Symbol.asyncDispose]();
    assert.deepEqual(await bob.sync(), []);
  });
});

Deno.test("a message of several lines is answered once, at its end, under the label of its beginning", async (t) => {
  await using chat = await serving();
  const caps = "batch draft/multiline labeled-response standard-replies";
  const amy = await chat.enter("amy", { caps: `${caps} echo-message` });
  const silent = await chat.enter("silent", { caps });
  const bob = await chat.enter("bob", { caps });
  const twoLines = (label: string, target: string) => [
    `@label=${label} BATCH +1 draft/multiline ${target}`,
    `@batch=1 PRIVMSG ${target} :one`,
    `@batch=1 PRIVMSG ${target} :two`,
    "BATCH -1",
  ];

  await t.step("by its echo, whose beginning alone has the label", async () => {
    amy.say(...twoLines("a", "bob"));
    const lines = await amy.sync();
    assert.match(lines[0]!, /^@label=a :amy!\S+ BATCH \+\S+ draft\/multiline bob$/);
    assert.deepEqual(lines.slice(1, -1).map(text), ["one", "two"]);
    assert.match(lines.at(-1)!, /^:amy!\S+ BATCH -/);
    assert.equal(lines.length, 4);
  });

  await t.step("by its echo and that the other one is away", async () => {
    bob.say("AWAY :at lunch");
    await bob.sync();
    amy.say(...twoLines("b", "bob"));
    const lines = await amy.sync();
    const [, ref] = /^@label=b :irc\.test BATCH \+(\S+) labeled-response$/.exec(lines[0]!)!;
    assert.match(
      lines[1]!,
      new RegExp(`^@batch=${ref} :amy!\\S+ BATCH \\+\\S+ draft/multiline bob$`),
    );
    assert.match(lines.at(-2)!, new RegExp(`^@batch=${ref} :irc\\.test 301 `));
    assert.equal(lines.filter((line) => line.includes("label=b")).length, 1);
  });

  await t.step("by an ACK where nothing comes back", async () => {
    bob.say("AWAY");
    await bob.sync();
    silent.say(...twoLines("c", "bob"));
    assert.deepEqual(await silent.sync(), ["@label=c :irc.test ACK"]);
  });

  await t.step("by why it is not said, in its middle or at its end", async () => {
    amy.say(
      "@label=d BATCH +1 draft/multiline bob",
      "@batch=1 PRIVMSG amy :x",
      "@batch=1 PRIVMSG amy :y",
      "BATCH -1",
      "@label=e BATCH +2 draft/multiline bob",
      "BATCH -2",
      "@label=f BATCH +3 frob",
      ...twoLines("g", "nobody"),
    );
    const lines = await amy.sync();
    assert.deepEqual(lines, [
      "@label=d :irc.test FAIL BATCH MULTILINE_INVALID_TARGET bob amy :Line is for another target",
      "@label=e :irc.test FAIL BATCH MULTILINE_INVALID :Batch has no text",
      "@label=f :irc.test FAIL BATCH UNKNOWN_TYPE :Batches other than draft/multiline are not known",
      "@label=g :irc.test 401 amy nobody :No such nick",
    ]);
  });
});
