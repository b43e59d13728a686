import assert from "node:assert/strict";
import { PASSWORD, serving } from "../../serving.ts";

Deno.test("MODE", async (t) => {
  await using chat = await serving();
  const amy = await chat.enter("amy");
  const bob = await chat.enter("bob");
  for (const client of [amy, bob]) {
    client.say("JOIN #tea");
    await client.expect(/ 366 \S+ #tea /);
  }
  await amy.sync();
  const heard = async (line: string) => {
    amy.say(line);
    const answers = await amy.sync();
    return { answers, told: await bob.sync() };
  };

  await t.step("takes twelve letters of a line, whatever they are", async () => {
    const { told } = await heard(`MODE #tea ${"+i-i".repeat(121)}+o bob`);
    assert.deepEqual(told, [`:amy!amy@chat MODE #tea ${"+i-i".repeat(6)}`]);
    assert.deepEqual((await heard("MODE #tea +mmmmmmmmmmmo bob")).told, [
      ":amy!amy@chat MODE #tea +mo bob",
    ]);
    await heard("MODE #tea -mo bob");
  });
  await t.step("tells every change in full, on several lines if need be", async () => {
    const masks = Array.from({ length: 12 }, (_, n) => `${"m".repeat(34)}${10 + n}`);
    const { told } = await heard(`MODE #tea +${"b".repeat(12)} ${masks.join(" ")}`);
    assert.deepEqual(told, [
      `:amy!amy@chat MODE #tea +${"b".repeat(11)} ${
        masks.slice(0, 11).map((mask) => `${mask}!*@*`).join(" ")
      }`,
      `:amy!amy@chat MODE #tea +b ${masks[11]}!*@*`,
    ]);
  });
  await t.step("complains once of each unknown letter", async () => {
    const { answers } = await heard(
      `MODE #tea ${"+Z".repeat(5)}${"-Y".repeat(5)}${"+X".repeat(99)}`,
    );
    assert.deepEqual(answers.map((line) => line.slice(10)), [
      "472 amy Z :is an unknown mode",
      "472 amy Y :is an unknown mode",
      "472 amy X :is an unknown mode",
    ]);
  });

  const refusals: readonly [sent: string, answer: RegExp][] = [
    ["MODE #tea +l", / 696 amy #tea l \* :/],
    ["MODE #tea +l abc", / 696 amy #tea l abc :/],
    ["MODE #tea +l -3", / 696 amy #tea l -3 :/],
    ["MODE #tea +o", / 696 amy #tea o \* :/],
    ["MODE #tea -v", / 696 amy #tea v \* :/],
    ["MODE #tea -b", / 696 amy #tea b \* :/],
    [`MODE #tea +b ${"m".repeat(101)}`, / 696 amy #tea b m+ :/],
    ["MODE #tea +k a,b", / 525 amy #tea :/],
    ["MODE nosuchnick", / 401 amy nosuchnick :/],
    ["MODE bob", / 502 amy :/],
    ["MODE amy +Z", / 501 amy :/],
    ["MODE amy +r", / 221 amy \+$/],
  ];
  for (const [sent, answer] of refusals) {
    await t.step(`answers ${sent.slice(0, 20)}`, async () => {
      const { answers, told } = await heard(sent);
      assert.equal(answers.length, 1, answers.join("\n"));
      assert.match(answers[0]!, answer);
      assert.deepEqual(told, []);
    });
  }
});

Deno.test("MODE shows strangers no users without --guests", async () => {
  await using chat = await serving({ guests: false });
  await chat.register("amy");
  await chat.enter("amy", { password: PASSWORD });
  const stranger = await chat.enter("stranger");
  stranger.say("MODE amy", "MODE nobody");
  assert.deepEqual((await stranger.sync()).map((line) => line.split(" ")[1]), ["401", "401"]);
});
