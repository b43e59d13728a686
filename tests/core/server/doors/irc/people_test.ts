import assert from "node:assert/strict";
import { parseMessage } from "../../../../../core/irc/message.ts";
import { PASSWORD, serving } from "../../serving.ts";

const params = (lines: readonly string[]) =>
  lines.map((line) => parseMessage(line)!.params.slice(1));

Deno.test("WHO and WHOX", async (t) => {
  await using chat = await serving();
  await chat.register("amy");
  const amy = await chat.enter("amy", { password: PASSWORD });
  const bob = await chat.enter("bob");
  bob.say("JOIN #lobby", "AWAY :brb");
  await bob.sync();
  await amy.sync();
  const who = async (what: string) => {
    amy.say(`WHO ${what}`);
    return params(await amy.until(/ 315 /)).slice(0, -1);
  };

  await t.step("list a room's members", async () => {
    assert.deepEqual(await who("#lobby"), [
      ["#lobby", "amy", "chat", "irc.test", "amy", "H", "0 amy the tester"],
      ["#lobby", "bob", "chat", "irc.test", "bob", "G", "0 bob the tester"],
    ]);
  });
  await t.step("list by nick and by mask", async () => {
    assert.deepEqual((await who("BOB")).map((fields) => fields[4]), ["bob"]);
    assert.deepEqual((await who("?m*")).map((fields) => fields[4]), ["amy"]);
    assert.deepEqual((await who("*!*@chat")).map((fields) => fields[4]), ["amy", "bob"]);
    assert.deepEqual(await who("nobody"), []);
    assert.deepEqual(await who("#none"), []);
  });
  await t.step("give the fields asked for, in their order, and no address", async () => {
    assert.deepEqual(await who("#lobby %tacnfhiur,42"), [
      ["42", "#lobby", "amy", "255.255.255.255", "chat", "amy", "H", "amy", "amy the tester"],
      ["42", "#lobby", "bob", "255.255.255.255", "chat", "bob", "G", "0", "bob the tester"],
    ]);
  });
  await t.step("end with what was asked", async () => {
    amy.say("WHO :a b");
    await amy.expect(/ 315 amy ab :/);
    amy.say("WHO");
    await amy.expect(/ 461 amy WHO :/);
  });
});

Deno.test("WHOIS and WHOWAS", async (t) => {
  let now = 1_800_000_000_000;
  const deadlines = { pingAfterMs: 3_600_000, deadAfterMs: 7_200_000 };
  await using chat = await serving({ steadyNow: () => now, wallNow: () => now, deadlines });
  await chat.register("amy");
  const amy = await chat.enter("amy", { password: PASSWORD });
  const bob = await chat.enter("bob");
  now += 90_000;

  await t.step("tell who somebody is, where, and for how long quiet", async () => {
    bob.say("WHOIS amy");
    assert.deepEqual(
      (await bob.until(/ 318 /)).map((line) => line.slice(":irc.test ".length)),
      [
        "311 bob amy amy chat * :amy the tester",
        "312 bob amy irc.test chat",
        "330 bob amy amy :is logged in as",
        "319 bob amy #lobby",
        "317 bob amy 90 1800000000 :seconds idle, signon time",
        "318 bob amy :End of /WHOIS list",
      ].map((line) => line),
    );
  });
  await t.step("tell who is away, and who is not there", async () => {
    amy.say("AWAY :tea");
    await amy.expect(/ 306 /);
    bob.say("WHOIS irc.test amy", "WHOIS nobody", "WHOWAS nobody");
    await bob.expect(/ 301 bob amy tea$/);
    await bob.expect(/ 401 bob nobody :/);
    await bob.expect(/ 318 bob nobody :/);
    await bob.expect(/ 406 bob nobody :/);
    await bob.expect(/ 369 bob nobody :/);
  });
  await t.step("remember who was there", async () => {
    amy.say("QUIT");
    await amy.untilClosed();
    bob.say("WHOWAS AMY");
    await bob.expect(/ 314 bob amy amy chat \* :amy the tester$/);
    await bob.expect(/ 312 bob amy irc\.test :.*2027/);
    await bob.expect(/ 369 bob AMY :/);
  });
});

Deno.test("AWAY and SETNAME are sent to clients that asked for it", async () => {
  await using chat = await serving();
  const amy = await chat.enter("amy", { caps: "away-notify setname account-notify" });
  const bob = await chat.enter("bob");
  const plain = await chat.enter("plain");
  for (const client of [amy, bob, plain]) {
    client.say("JOIN #tea");
    await client.expect(/ 366 /);
  }
  for (const client of [amy, bob, plain]) await client.sync();
  bob.say("AWAY :tea", "AWAY :tea", "AWAY", "SETNAME :Robert");
  await bob.expect(/ 306 /);
  await bob.expect(/ 305 /);
  await bob.sync();
  assert.deepEqual(await amy.sync(), [
    ":bob!bob@chat AWAY :tea",
    ":bob!bob@chat AWAY",
    ":bob!bob@chat SETNAME :Robert",
  ]);
  bob.say("AWAY :gone", "JOIN #cake");
  amy.say("JOIN #cake");
  await amy.expect(/ AWAY :gone$/);
  bob.say(`NS REGISTER ${PASSWORD}`);
  await amy.expect(/^:bob!bob@chat ACCOUNT bob$/);
  bob.say("NS LOGOUT");
  await amy.expect(/^:bob!bob@chat PART #tea/);
  assert.deepEqual(
    (await plain.sync()).filter((line) => / (AWAY|SETNAME|ACCOUNT) /.test(line)),
    [],
  );
});

Deno.test("userhost-in-names, USERHOST, ISON, and the greater words", async () => {
  await using chat = await serving({ motd: [] });
  const amy = await chat.enter("amy", { caps: "userhost-in-names" });
  amy.say("JOIN #tea");
  await amy.expect(/ 353 amy = #tea @amy!amy@chat$/);
  amy.say(
    "USERHOST amy nobody",
    "ISON :nobody AMY",
    "VERSION",
    "TIME",
    "ADMIN",
    "INFO",
    "MOTD",
    "HELP",
    "HELP frob",
    "MODE amy",
  );
  await amy.expect(/ 302 amy amy=\+amy@chat$/);
  await amy.expect(/ 303 amy amy$/);
  await amy.expect(/ 351 amy chat-\S+ irc\.test :/);
  await amy.expect(/ 391 amy irc\.test :/);
  await amy.expect(/ 256 amy irc\.test :/);
  await amy.expect(/ 374 amy :/);
  await amy.expect(/ 422 amy :/);
  await amy.expect(/ 706 amy index :/);
  await amy.expect(/ 524 amy frob :/);
  await amy.expect(/ 221 amy \+$/);
});

Deno.test("MONITOR", async (t) => {
  await using chat = await serving();
  await chat.register("amy");
  const watcher = await chat.enter("watcher");

  await t.step("says who is there and who is not", async () => {
    watcher.say("MONITOR + amy,watcher,bad!nick");
    await watcher.expect(/ 730 watcher watcher!watcher@chat$/);
    await watcher.expect(/ 731 watcher amy$/);
  });
  await t.step("tells who comes, once, and who goes with the last session", async () => {
    const desk = await chat.enter("amy", { password: PASSWORD });
    const phone = await chat.enter("amy", { password: PASSWORD });
    assert.deepEqual(await watcher.sync(), [":irc.test 730 watcher amy!amy@chat"]);
    desk.say("QUIT");
    await desk.untilClosed();
    assert.deepEqual(await watcher.sync(), []);
    phone.say("QUIT");
    await phone.untilClosed();
    await watcher.expect(/ 731 watcher amy$/);
  });
  await t.step("follows a change of nick, once", async () => {
    const guest = await chat.enter("bob");
    watcher.say("MONITOR + bob,rob");
    await watcher.sync();
    guest.say("NICK rob");
    await guest.sync();
    assert.deepEqual(await watcher.sync(), [
      ":irc.test 731 watcher bob",
      ":irc.test 730 watcher rob!bob@chat",
    ]);
  });
  await t.step("says nothing where a nick changes its case alone", async () => {
    const guest = await chat.enter("cara");
    watcher.say("MONITOR + cara");
    await watcher.sync();
    guest.say("NICK CARA");
    await guest.expect(/ NICK CARA$/);
    assert.deepEqual(await watcher.sync(), []);
    watcher.say("MONITOR - cara");
  });
  await t.step("lists, forgets and clears", async () => {
    watcher.say("MONITOR - bob,rob", "MONITOR L", "MONITOR S", "MONITOR C", "MONITOR L");
    assert.deepEqual((await watcher.sync()).map((line) => line.slice(10)), [
      "732 watcher amy,watcher",
      "733 watcher :End of MONITOR list",
      "730 watcher watcher!watcher@chat",
      "731 watcher amy",
      "733 watcher :End of MONITOR list",
    ]);
  });
  await t.step("is full at a hundred", async () => {
    const nicks = Array.from({ length: 120 }, (_, n) => `nick${n}`);
    for (let at = 0; at < nicks.length; at += 40) {
      watcher.say(`MONITOR + ${nicks.slice(at, at + 40)}`);
    }
    assert((await watcher.sync()).some((line) => / 734 watcher 100 nick100 :/.test(line)));
    watcher.say("MONITOR C");
    await watcher.sync();
  });
});

Deno.test("MONITOR ends with signing out, without --guests", async () => {
  await using chat = await serving({ guests: false });
  for (const name of ["amy", "bob"]) await chat.register(name);
  const amy = await chat.enter("amy", { password: PASSWORD });
  amy.say("MONITOR + bob", "NS LOGOUT");
  await amy.expect(/ 731 amy bob$/);
  await amy.sync();
  const bob = await chat.enter("bob", { password: PASSWORD });
  assert.deepEqual(await amy.sync(), []);
  bob.say("QUIT");
  await bob.untilClosed();
  assert.deepEqual(await amy.sync(), []);
});

Deno.test("without --guests, strangers cannot see users or rooms", async () => {
  await using chat = await serving({ guests: false });
  await chat.register("amy");
  const amy = await chat.enter("amy", { password: PASSWORD });
  amy.say("JOIN #tea", "TOPIC #tea :Assam");
  await amy.sync();
  const stranger = await chat.enter("stranger");
  stranger.say(
    ...[
      "WHO *",
      "WHOIS amy",
      "WHOWAS amy",
      "NAMES #tea",
      "LIST",
      "MONITOR + amy",
      "TOPIC #tea",
      "MODE #tea",
    ],
    ...[
      "INVITE amy #tea",
      "KICK #tea amy",
      "PART #tea",
      "JOIN #tea",
      "CHATHISTORY LATEST #tea * 5",
    ],
    ...[
      "USERHOST amy stranger",
      "ISON :amy stranger",
      "PRIVMSG amy :x",
      "PRIVMSG #tea :x",
      "TAGMSG amy",
    ],
  );
  const lines = await stranger.sync();
  assert(
    !lines.some((line) => /Assam|amy!|amy=|:amy|@amy|322|353|324/.test(line)),
    lines.join("\n"),
  );
  assert(lines.some((line) => / 302 stranger stranger=\+/.test(line)));
  assert(lines.some((line) => / 303 stranger stranger$/.test(line)));
  const none = await chat.enter("nobody");
  none.say(...[
    "INVITE amy #no",
    "KICK #no amy",
    "PART #no",
    "CHATHISTORY LATEST #no * 5",
    "TOPIC #no",
  ]);
  const answers = (await none.sync()).map((line) => line.replace("nobody", "").replace("#no", ""));
  const same = lines.filter((line) => /^(?!.* (302|303|477|404|MODE))/.test(line))
    .map((line) => line.replace("stranger", "").replace("#tea", ""));
  for (const answer of answers) {
    assert(same.includes(answer), `${answer} not in\n${same.join("\n")}`);
  }
});
