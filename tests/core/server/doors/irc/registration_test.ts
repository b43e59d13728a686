import assert from "node:assert/strict";
import { MAX_BODY_BYTES } from "../../../../../core/irc/message.ts";
import { PASSWORD, serving } from "../../serving.ts";

Deno.test("registration", async (t) => {
  await using chat = await serving({ motd: ["Tea at five.", "Bring cake."] });

  await t.step("welcomes NICK and USER in either order", async () => {
    for (const [nick, first] of [["amy", "NICK"], ["bob", "USER"]] as const) {
      const client = await chat.connect();
      const lines = [`NICK ${nick}`, `USER ${nick} 0 * :real`];
      client.say(...(first === "NICK" ? lines : lines.reverse()));
      const welcome = await client.until(/ 376 /);
      assert.match(
        welcome[0]!,
        new RegExp(`^:irc\\.test 001 ${nick} :Welcome to irc\\.test, ${nick}!`),
      );
      assert(
        welcome.some((line) => / 005 .* UTF8ONLY .*:are supported by this server$/.test(line)),
      );
      assert.deepEqual(welcome.filter((line) => / 372 /.test(line)), [
        `:irc.test 372 ${nick} :- Tea at five.`,
        `:irc.test 372 ${nick} :- Bring cake.`,
      ]);
      for (const line of welcome) assert(line.length <= MAX_BODY_BYTES - 2, line);
    }
  });

  await t.step("waits for CAP END once CAP was seen", async () => {
    const client = await chat.connect();
    client.say("CAP LS 302", "NICK cara", "USER cara 0 * :real");
    const before = await client.sync();
    assert(before.every((line) => / CAP \* LS /.test(line)), before.join("\n"));
    client.say("CAP END");
    await client.expect(/ 001 cara /);
  });

  await t.step("goes on after a registration cut in the middle", async () => {
    const half = await chat.connect();
    half.say("NICK dora");
    await half.sync();
    await half[Symbol.asyncDispose]();
    const whole = await chat.enter("dora");
    assert.deepEqual(await whole.sync(), []);
  });

  const refusals: readonly [sent: string, answer: RegExp][] = [
    ["NICK", / 431 \* :No nickname given$/],
    ["NICK x", / 432 \* x :/],
    ["NICK with:colon", / 432 \* with:colon :/],
    ["NICK :two words", / 432 \* twowords :/],
    ["NICK abcdefghijklmnopqrstu", / 432 \* abcdefghijklmnopqrstu :/],
    ["NICK NickServ", / 432 \* NickServ :Nickname is reserved$/],
    ["NICK N1ckServ", / 432 \* N1ckServ :/],
    ["NICK amy", / 433 \* amy :/],
    ["NICK AMY", / 433 \* AMY :/],
    ["NICK b0b", / 433 \* b0b :/],
    ["USER only two", / 461 \* USER :/],
    ["PASS", / 461 \* PASS :/],
    ["JOIN #room", / 451 \* :/],
    ["PRIVMSG amy :hi", / 451 \* :/],
    ["NONSENSE", / 451 \* :/],
    ["CAP FROB", / 410 \* FROB :/],
    ["CAP :a b", / 410 \* AB :/],
  ];
  for (const [sent, answer] of refusals) {
    await t.step(`refuses ${sent}`, async () => {
      const client = await chat.connect();
      client.say("CAP LIST", sent);
      await client.expect(answer);
    });
  }

  await t.step("refuses a second USER and an unknown command afterwards", async () => {
    const client = await chat.enter("eve");
    client.say("USER eve 0 * :again", "PASS x", "FROBNICATE a", ":irc.test");
    const answers = await client.sync();
    assert.deepEqual(answers.map((line) => line.split(" ")[1]), ["462", "462", "421"]);
  });
});

Deno.test("CAP negotiation", async (t) => {
  await using chat = await serving();

  await t.step("lists names with values to 302, without to others", async () => {
    const client = await chat.connect();
    client.say("CAP LS 302");
    const lines = await client.until(/ CAP \* LS :/);
    assert.match(lines.join(" "), / sasl=PLAIN,SCRAM-SHA-256 /);
    assert(!lines.join(" ").includes("event-playback")); // history is of what was said
    client.say("CAP LS");
    const [old] = await client.expect(/ CAP \* LS :.*$/);
    assert(!old.includes("="), old);
  });

  await t.step("acknowledges and lists what was asked for, and takes it back", async () => {
    const client = await chat.connect();
    client.say("CAP REQ :server-time batch", "CAP LIST", "CAP REQ :-batch", "CAP LIST");
    await client.expect(/ CAP \* ACK :server-time batch$/);
    await client.expect(/ CAP \* LIST :batch server-time$/);
    await client.expect(/ CAP \* ACK :?-batch$/);
    await client.expect(/ CAP \* LIST :?server-time$/);
  });

  await t.step("refuses the whole of a request with one unknown name", async () => {
    const client = await chat.connect();
    client.say("CAP REQ :server-time frobnicate", "CAP LIST");
    await client.expect(/ CAP \* NAK :server-time frobnicate$/);
    await client.expect(/ CAP \* LIST :$/);
  });

  await t.step("works after registration as well", async () => {
    const client = await chat.enter("amy");
    await chat.enter("bob");
    client.say("CAP REQ :echo-message", "PRIVMSG bob :hello");
    await client.expect(/ CAP amy ACK :?echo-message$/);
    await client.expect(/^:amy!amy@chat PRIVMSG bob :hello$/);
    client.say("CAP END");
    assert.deepEqual(await client.sync(), []);
  });
});

Deno.test("PASS", async (t) => {
  await using chat = await serving({ guests: false });
  await chat.register("amy");

  await t.step("signs in by name and password, and joins the lobby", async () => {
    const client = await chat.connect();
    client.say(`PASS amy:${PASSWORD}`, "NICK other", "USER x 0 * :x");
    const lines = await client.until(/ 366 /);
    assert.deepEqual(
      lines.filter((line) => / (900|001|JOIN) /.test(line)).map((line) => line.split(" ")[1]),
      ["900", "001", "JOIN"],
    );
    assert(lines.some((line) => / 001 amy /.test(line)));
  });

  await t.step("takes the nick where no name is given", async () => {
    const client = await chat.connect();
    client.say(`PASS ${PASSWORD}`, "NICK amy", "USER x 0 * :x");
    await client.expect(/ 001 amy /);
  });

  await t.step("closes the connection on a wrong password", async () => {
    for (const name of ["amy", "nobody"]) {
      const client = await chat.connect();
      client.say(`PASS ${name}:wrong-horse-7`, "NICK other", "USER x 0 * :x");
      assert.deepEqual(await client.untilClosed(), [
        ":irc.test 464 other :Password incorrect",
        "ERROR :Closing Link: Password incorrect",
      ]);
    }
  });

  await t.step("is cut in the middle without a trace", async () => {
    const client = await chat.connect();
    client.say(`PASS amy:${PASSWORD}`, "NICK amy", "USER x 0 * :x");
    await client[Symbol.asyncDispose]();
    const next = await chat.connect();
    await next.enter("amy", { pass: `amy:${PASSWORD}` });
  });
});
