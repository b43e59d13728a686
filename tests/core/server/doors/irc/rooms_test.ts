import assert from "node:assert/strict";
import { PASSWORD, serving } from "../../serving.ts";

Deno.test("JOIN and PART", async (t) => {
  await using chat = await serving();
  await chat.register("amy");
  const amy = await chat.enter("amy", { password: PASSWORD, caps: "extended-join account-tag" });
  const bob = await chat.enter("bob");

  await t.step("tell everybody in the room, and the newcomer who is there", async () => {
    amy.say("JOIN #tea");
    assert.deepEqual(await amy.until(/ 366 /), [
      "@account=amy :amy!amy@chat JOIN #tea amy :amy the tester",
      ":irc.test 353 amy = #tea @amy",
      ":irc.test 366 amy #tea :End of /NAMES list",
    ]);
    bob.say("JOIN #TEA");
    assert.deepEqual(await bob.until(/ 366 /), [
      ":bob!bob@chat JOIN #tea",
      ":irc.test 353 bob = #tea :@amy bob",
      ":irc.test 366 bob #tea :End of /NAMES list",
    ]);
    assert.deepEqual(await amy.sync(), [":bob!bob@chat JOIN #tea * :bob the tester"]);
  });

  await t.step("do nothing where one is in already", async () => {
    bob.say("JOIN #tea");
    assert.deepEqual(await bob.sync(), []);
    assert.deepEqual(await amy.sync(), []);
  });

  await t.step("tell everybody who leaves and why", async () => {
    bob.say("PART #tea :too hot");
    assert.deepEqual(await bob.sync(), [":bob!bob@chat PART #tea :too hot"]);
    assert.deepEqual(await amy.sync(), [":bob!bob@chat PART #tea :too hot"]);
  });

  await t.step("take several rooms, and JOIN 0 leaves all", async () => {
    bob.say("JOIN #a,#b,bad,#c");
    const lines = await bob.sync();
    assert.deepEqual(
      lines.filter((line) => / (JOIN|476) /.test(line)).map((line) =>
        line.split(" ").slice(1, 4).join(" ")
      ),
      ["JOIN #a", "JOIN #b", "476 bob bad", "JOIN #c"],
    );
    bob.say("PART #a,#b", "JOIN 0");
    assert.deepEqual((await bob.sync()).map((line) => line.split(" ").slice(1).join(" ")), [
      "PART #a",
      "PART #b",
      "PART #c",
    ]);
  });

  const refusals: readonly [sent: string, answer: RegExp][] = [
    ["JOIN", / 461 bob JOIN :/],
    ["JOIN tea", / 476 bob tea :/],
    ["JOIN :#tea time", / 476 bob #teatime :/],
    ["JOIN #\u202etea", / 476 bob /],
    [`JOIN #${"x".repeat(50)}`, / 476 bob /],
    ["PART #none", / 403 bob #none :/],
    ["PART #tea", / 442 bob #tea :/],
    ["PART :a b", / 403 bob ab :/],
  ];
  for (const [sent, answer] of refusals) {
    await t.step(`refuse ${sent}`, async () => {
      bob.say(sent);
      const lines = await bob.sync();
      assert.equal(lines.length, 1, lines.join("\n"));
      assert.match(lines[0]!, answer);
    });
  }

  await t.step("keep a user to a number of rooms, and an account to fewer of its own", async () => {
    const rooms = Array.from({ length: 101 }, (_, n) => `#r${n}`);
    for (let at = 0; at < rooms.length; at += 20) {
      bob.say(`JOIN ${rooms.slice(at, at + 20).join(",")}`);
    }
    const lines = await bob.sync();
    assert.equal(lines.filter((line) => / JOIN /.test(line)).length, 100);
    assert.match(lines.find((line) => / 405 /.test(line))!, / 405 bob #r100 :/);
    for (let at = 0; at < 60; at += 20) {
      amy.say(`JOIN ${rooms.slice(at, at + 20).map((r) => r + "x").join(",")}`);
    }
    const own = (await amy.sync()).filter((line) => / 405 amy \S+ :You own too many/.test(line));
    assert.equal(own.length, 60 - 49);
  });
});

Deno.test("a room's operator", async (t) => {
  await using chat = await serving();
  await chat.register("amy");
  const amy = await chat.enter("amy", { password: PASSWORD, caps: "multi-prefix" });
  const bob = await chat.enter("bob");
  const cara = await chat.enter("cara");
  for (const client of [amy, bob]) {
    client.say("JOIN #tea");
    await client.expect(/ 366 \S+ #tea /);
  }
  const all = [amy, bob, cara];
  const settle = async () => {
    for (const client of all) await client.sync();
  };
  await settle();
  const heard = async (line: string) => {
    await bob.sync();
    amy.say(line);
    await amy.sync();
    return await bob.sync();
  };

  await t.step("gives and takes ranks", async () => {
    assert.deepEqual(await heard("MODE #tea +ov bob bob"), [":amy!amy@chat MODE #tea +ov bob bob"]);
    amy.say("NAMES #tea");
    await amy.expect(/ 353 amy = #tea :@amy @\+bob$/);
    bob.say("NAMES #tea");
    await bob.expect(/ 353 bob = #tea :@amy @bob$/);
    assert.deepEqual(await heard("MODE #tea -ov bob bob"), [":amy!amy@chat MODE #tea -ov bob bob"]);
    assert.deepEqual(await heard("MODE #tea -o bob"), []);
  });

  await t.step("keeps others out: +i and INVITE", async () => {
    await heard("MODE #tea +i");
    cara.say("JOIN #tea");
    await cara.expect(/ 473 cara #tea :/);
    amy.say("INVITE cara #tea");
    await amy.expect(/ 341 amy cara #tea$/);
    await cara.expect(/^:amy!amy@chat INVITE cara #tea$/);
    cara.say("NICK dora", "JOIN #tea");
    await cara.expect(/^:dora!cara@chat JOIN #tea$/);
    cara.say("PART #tea", "JOIN #tea");
    await cara.expect(/ 473 dora #tea :/); // once is once
    cara.say("NICK cara");
    await heard("MODE #tea -i");
    await settle();
  });

  await t.step("keeps others out: +k, +l, +b", async () => {
    await heard("MODE #tea +kl secret 2");
    cara.say("JOIN #tea", "JOIN #tea wrong", "JOIN #tea secret");
    assert.deepEqual((await cara.sync()).map((line) => line.split(" ")[1]), ["475", "475", "471"]);
    bob.say("MODE #tea");
    await bob.expect(/ 324 bob #tea \+ntkl secret 2$/);
    cara.say("MODE #tea");
    await cara.expect(/ 324 cara #tea \+ntkl \* 2$/);
    assert.deepEqual(await heard("MODE #tea -kl x"), [":amy!amy@chat MODE #tea -kl *"]);
    assert.deepEqual(await heard("MODE #tea +b cara"), [":amy!amy@chat MODE #tea +b cara!*@*"]);
    cara.say("JOIN #tea");
    await cara.expect(/ 474 cara #tea :/);
    amy.say("MODE #tea b");
    await amy.expect(/ 367 amy #tea cara!\*@\*$/);
    await amy.expect(/ 368 /);
    await heard("MODE #tea -b CARA!*@*");
    cara.say("JOIN #tea");
    await cara.expect(/ JOIN #tea$/);
    await settle();
  });

  await t.step("silences: +m, and +b for those inside", async () => {
    await heard("MODE #tea +m");
    await settle();
    bob.say("PRIVMSG #tea :x", "NOTICE #tea :x");
    assert.deepEqual((await bob.sync()).map((line) => line.split(" ")[1]), ["404"]);
    await heard("MODE #tea +v bob");
    bob.say("PRIVMSG #tea :voiced");
    await amy.expect(/PRIVMSG #tea :voiced/);
    await heard("MODE #tea -mv+b bob bob");
    bob.say("PRIVMSG #tea :x");
    await bob.expect(/ 404 bob #tea :/);
    await heard("MODE #tea -b bob");
    await settle();
  });

  await t.step("hides it: +s", async () => {
    cara.say("PART #tea");
    await heard("MODE #tea +s");
    await settle();
    cara.say(
      "LIST",
      "NAMES #tea",
      "WHOIS bob",
      "WHO #tea",
      "TOPIC #tea",
      "MODE #tea",
      "PRIVMSG #tea :x",
    );
    const lines = await cara.sync();
    assert(!lines.some((line) => /#tea .*(bob|amy)|@?#tea$/.test(line)), lines.join("\n"));
    assert(!lines.some((line) => / (322 cara #tea|319|352|404|324) /.test(line)), lines.join("\n"));
    await heard("MODE #tea -s");
    await settle();
  });

  await t.step("sets the topic, and others only after -t", async () => {
    bob.say("TOPIC #tea :mine");
    await bob.expect(/ 482 bob #tea :/);
    bob.say("TOPIC #tea");
    await bob.expect(/ 331 bob #tea :/);
    assert.deepEqual(await heard("TOPIC #tea :Earl Grey"), [":amy!amy@chat TOPIC #tea :Earl Grey"]);
    await heard("MODE #tea -t");
    bob.say("TOPIC #tea :Assam");
    await amy.expect(/^:bob!bob@chat TOPIC #tea :Assam$/);
    cara.say("JOIN #tea");
    await cara.expect(/ 332 cara #tea Assam$/);
    await cara.expect(/ 333 cara #tea bob \d+$/);
    assert.deepEqual(await heard("TOPIC #tea :").then((lines) => lines.slice(-1)), [
      ":amy!amy@chat TOPIC #tea :",
    ]);
    await settle();
  });

  await t.step("throws others out", async () => {
    amy.say("KICK #tea cara :enough");
    for (const client of all) await client.expect(/^:amy!amy@chat KICK #tea cara :enough$/);
    cara.say("PRIVMSG #tea :still here?");
    await cara.expect(/ 404 /);
  });

  const refusals: readonly [sent: string, answer: RegExp][] = [
    ["MODE #tea +o bob", / 482 bob #tea :/],
    ["KICK #tea amy", / 482 bob #tea :/],
    ["KICK #none amy", / 403 bob #none :/],
    ["INVITE nobody-here #tea", / 401 bob nobody-here :/],
    ["INVITE amy #tea", / 443 bob amy #tea :/],
    ["INVITE cara :#no ne", / 403 bob #none :/],
    ["MODE amy", / 502 bob :/],
    ["MODE #tea +Q", / 472 bob Q :/],
    ["MODE #tea :+ o", / 472 bob \* :/],
    ["MODE #tea +b :two words", / 696 bob #tea b twowords :/],
    ["MODE #tea +o :not there", / 401 bob notthere :/],
  ];
  for (const [sent, answer] of refusals) {
    await t.step(`is not who says ${sent}`, async () => {
      bob.say(sent);
      const lines = await bob.sync();
      assert.match(lines[0] ?? "", answer);
    });
  }

  await t.step("is always the founder, whatever others do", async () => {
    await heard("MODE #tea +o bob");
    bob.say("MODE #tea -o amy", "MODE #tea +ib amy", "KICK #tea amy :mine now");
    await amy.expect(/ KICK /);
    amy.say("JOIN #tea");
    await amy.expect(/ 353 amy = #tea :@bob @amy$/);
  });
});

Deno.test("account-tag is on every room event of a user with an account", async () => {
  await using chat = await serving();
  await chat.register("amy");
  const amy = await chat.enter("amy", { password: PASSWORD });
  const bob = await chat.enter("bob", { caps: "account-tag" });
  amy.say("JOIN #tea");
  await amy.expect(/ 366 /);
  bob.say("JOIN #tea");
  await bob.expect(/ 366 /);
  await bob.sync();
  const doings = ["TOPIC #tea :Assam", "MODE #tea +v bob", "KICK #tea bob :enough"];
  amy.say(...doings);
  await amy.sync();
  const told = doings.map((doing) => `@account=amy :amy!amy@chat ${doing}`);
  assert.deepEqual(await bob.sync(), told);
});

Deno.test("LIST", async () => {
  await using chat = await serving();
  const amy = await chat.enter("amy");
  const bob = await chat.enter("bob");
  amy.say("JOIN #tea,#cake", "TOPIC #tea :Assam");
  await amy.sync();
  bob.say("JOIN #tea");
  await bob.sync();
  const list = async (what: string) => {
    amy.say(`LIST ${what}`);
    const lines = (await amy.until(/ 323 /)).filter((line) => / 322 /.test(line));
    return lines.map((line) => line.split(" ").slice(3).join(" "));
  };
  assert.deepEqual(await list(""), ["#lobby 0 :", "#tea 2 Assam", "#cake 1 :"]);
  assert.deepEqual(await list(">1"), ["#tea 2 Assam"]);
  assert.deepEqual(await list("<1"), ["#lobby 0 :"]);
  assert.deepEqual(await list("#CAKE,#none"), ["#cake 1 :"]);
});
