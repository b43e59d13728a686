import assert from "node:assert/strict";
import { serving } from "../../serving.ts";

/** A text whose last character is cut in two by a limit in UTF-16 units. */
const across = (limit: number) => "x".repeat(limit - 1) + "😀";
const upTo = (limit: number) => "x".repeat(limit - 1);

Deno.test("a text over its limit loses whole characters", async (t) => {
  await using chat = await serving();
  const amy = await chat.enter("amy", { caps: "away-notify setname" });
  const bob = await chat.enter("bob");
  for (const client of [amy, bob]) {
    client.say("JOIN #tea");
    await client.expect(/ 366 \S+ #tea /);
  }
  await amy.sync();

  const cases: readonly [sent: string, limit: number][] = [
    ["AWAY :", 200],
    ["SETNAME :", 128],
    ["PART #tea :", 255],
  ];
  for (const [sent, limit] of cases) {
    await t.step(sent, async () => {
      bob.say(sent + across(limit));
      await bob.sync();
      assert.deepEqual(await amy.sync(), [`:bob!bob@chat ${sent}${upTo(limit)}`]);
    });
  }
  await t.step("TOPIC", async () => {
    amy.say(`TOPIC #tea :${across(390)}`);
    assert.deepEqual(await amy.sync(), [`:amy!amy@chat TOPIC #tea :${upTo(390)}`]);
  });
  await t.step("KICK", async () => {
    amy.say(`KICK #tea amy :${across(255)}`);
    assert.deepEqual(await amy.sync(), [`:amy!amy@chat KICK #tea amy :${upTo(255)}`]);
  });
  await t.step("the name in USER", async () => {
    const cara = await chat.connect();
    cara.say("NICK cara", `USER cara 0 * :${across(128)}`, "WHOIS cara");
    await cara.expect(new RegExp(` 311 cara cara cara chat \\* ${upTo(128)}$`));
  });
  await t.step("commands that nobody knows", async () => {
    amy.say(across(32), `NS ${across(20)}`);
    const [unknown, notice] = await amy.sync();
    assert.match(unknown!, new RegExp(` 421 amy ${upTo(32)} :`, "i"));
    assert.match(notice!, new RegExp(`: ${upTo(20)}\\. Try HELP`));
  });
});
