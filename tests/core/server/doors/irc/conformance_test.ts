/** Commands as https://modern.ircdocs.horse has them, where clients and services depend on it. @module */
import assert from "node:assert/strict";
import { serving } from "../../serving.ts";

const codes = (lines: readonly string[]) => lines.map((line) => line.split(" ")[1]);

Deno.test("LUSERS tells the most users there have been at once", async () => {
  await using chat = await serving({ slots: 100 });
  const amy = await chat.enter("amy");
  const others = [await chat.enter("bob"), await chat.enter("cara")];
  for (const other of others) {
    other.say("QUIT");
    await other.untilClosed();
  }
  amy.say("MODE amy +i", "LUSERS");
  const lines = (await amy.sync()).join("\n");
  assert.match(lines, / 251 amy :There are 0 users and 1 invisible on 1 servers/);
  assert.match(lines, / 265 amy 1 3 :Current local users 1, max 3/);
  assert.match(lines, / 266 amy 1 3 :/);
});

Deno.test("input that is not UTF-8 is refused without delaying others", async (t) => {
  await using chat = await serving();
  const latin1 = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

  await t.step("a real name in Latin-1 is taken", async () => {
    const client = await chat.connect();
    client.send(latin1("NICK amy\r\nUSER amy 0 * :Am\u00e9lie\r\n"));
    await client.expect(/ 001 amy /);
    client.say("WHOIS amy");
    await client.expect(/ 311 amy amy amy chat \* :?Am\u00e9lie$/);
  });
  await t.step("a nick in Latin-1 is erroneous", async () => {
    const client = await chat.connect();
    client.send(latin1("NICK am\u00e9lie\r\n"));
    await client.expect(/ 432 /);
  });
  await t.step("a message is refused in the specification's words", async () => {
    const client = await chat.enter("bob");
    client.send(latin1("PRIVMSG amy :caf\u00e9\r\n"));
    await client.expect(/ FAIL \* INVALID_UTF8 :/);
  });
  await t.step("a goodbye in Latin-1 is one", async () => {
    const client = await chat.enter("cara");
    client.send(latin1("QUIT :\u00e0 bient\u00f4t\r\n"));
    assert.match((await client.untilClosed()).at(-1) ?? "", /ERROR .*Quit: \u00e0 bient\u00f4t/);
  });
});

Deno.test("WHOWAS takes a count that is not positive as no count", async () => {
  await using chat = await serving();
  const amy = await chat.enter("amy");
  for (let n = 0; n < 3; n++) {
    const bob = await chat.enter("bob");
    bob.say("QUIT");
    await bob.untilClosed();
  }
  const found = async (command: string) => {
    amy.say(command);
    return codes(await amy.sync()).filter((code) => code === "314").length;
  };
  assert.deepEqual(
    [
      await found("WHOWAS bob"),
      await found("WHOWAS bob -1"),
      await found("WHOWAS bob 0"),
      await found("WHOWAS bob 2"),
    ],
    [3, 3, 3, 2],
  );
  amy.say("WHOWAS");
  assert.deepEqual(codes(await amy.sync()), ["431"]);
});

Deno.test("who is invisible is shown by lists to those who share a room with them", async () => {
  await using chat = await serving();
  const amy = await chat.enter("amy");
  const bob = await chat.enter("bob");
  const cara = await chat.enter("cara");
  amy.say("MODE amy +i");
  assert.deepEqual(await amy.sync(), [":amy!amy@chat MODE amy +i"]);
  amy.say("MODE amy +i", "MODE amy");
  assert.deepEqual(await amy.sync(), [":irc.test 221 amy +i"]);
  amy.say("JOIN #tea");
  await amy.sync();
  cara.say("JOIN #tea");
  await cara.sync();
  const seen = async (client: typeof bob, command: string) => {
    client.say(command);
    const lines = (await client.sync()).filter((line) => / 35[23] /.test(line));
    return lines.some((line) => /[ :@]amy\b/.test(line.replace(/^\S+ \d+ \S+/, "")));
  };
  for (const command of ["WHO *", "WHO a*", "WHO 0", "WHO *!amy@*", "WHO #tea", "NAMES #tea"]) {
    assert.equal(await seen(bob, command), false, command);
    assert.equal(await seen(cara, command), true, command);
  }
  assert.equal(await seen(bob, "WHO amy"), true, "a user whose name is known may be asked for");
  amy.say("MODE amy -i");
  await amy.sync();
  assert.equal(await seen(bob, "WHO a*"), true);
});

Deno.test("a bot says so, and WHO and WHOIS show it", async () => {
  await using chat = await serving();
  const bot = await chat.enter("helper");
  bot.say("MODE helper +B", "WHO helper", "WHOIS helper");
  const lines = (await bot.sync()).join("\n");
  assert.match(lines, / 352 helper \* helper chat irc\.test helper HB :/);
  assert.match(lines, / 335 helper helper :/);
});

Deno.test("KICK takes several nicks, and names who is not there", async () => {
  await using chat = await serving();
  const amy = await chat.enter("amy");
  amy.say("JOIN #tea");
  const others = [await chat.enter("bob"), await chat.enter("cara")];
  for (const other of others) {
    other.say("JOIN #tea");
    await other.expect(/ 366 /);
  }
  await chat.enter("dora");
  await amy.sync();
  amy.say("KICK #tea bob,dora,nobody,cara :enough", "MODE #tea +o nobody", "MODE #tea +v dora");
  const lines = await amy.sync();
  assert.deepEqual(lines.map((line) => line.split(" ").slice(1, 4).join(" ")), [
    "KICK #tea bob",
    "441 amy dora",
    "401 amy nobody",
    "KICK #tea cara",
    "401 amy nobody",
    "441 amy dora",
  ]);
  amy.say("KICK #tea,#lobby bob");
  assert.deepEqual(codes(await amy.sync()), ["461"]);
});

Deno.test("LIST finds rooms by mask", async () => {
  await using chat = await serving();
  const amy = await chat.enter("amy");
  amy.say("JOIN #green-tea,#tea,#coffee", "LIST *tea*", "LIST >0,!*tea*");
  const lists = (await amy.sync()).filter((line) => / 32[23] /.test(line));
  const shown = lists.map((line) => line.split(" ").slice(1, 4).join(" "));
  assert.deepEqual(shown, [
    "322 amy #green-tea",
    "322 amy #tea",
    "323 amy :End",
    "322 amy #coffee",
    "323 amy :End",
  ]);
});
