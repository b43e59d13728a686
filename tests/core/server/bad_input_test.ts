import assert from "node:assert/strict";
import net from "node:net";
import { MAX_IRC_LINE_BYTES } from "../../../core/irc/message.ts";
import { OUTBOX_LIMIT_BYTES } from "../../../core/net/outbox.ts";
import type { IrcClient } from "../../helpers/irc_client.ts";
import { type Serving, serving, testPair } from "./serving.ts";

Deno.test("invalid lines are refused, each with its reason, and the connection stays open", async (t) => {
  await using chat = await serving();
  const modern = await chat.enter("modern", { caps: "standard-replies" });
  const old = await chat.enter("old");
  const cases: readonly [what: string, bytes: Uint8Array | string, reply: RegExp][] = [
    ["a NUL", "PING a\0b\r\n", /FAIL \* INVALID_MESSAGE :|NOTICE old :Message has a NUL/],
    [
      "a lone CR",
      "PING a\rPRIVMSG old :x\n",
      /FAIL \* INVALID_MESSAGE :|NOTICE old :Message has a NUL/,
    ],
    [
      "no UTF-8",
      Uint8Array.of(0x50, 0x20, 0xff, 0xfe, 0x0a),
      /FAIL \* INVALID_UTF8 :|NOTICE old :.*UTF-8/,
    ],
    ["a line too long", `${"x".repeat(MAX_IRC_LINE_BYTES + 1)}\r\n`, / 417 \S+ :/],
    ["a body too long", `PING ${"x".repeat(600)}\r\n`, / 417 \S+ :/],
    ["tags too long", `@a=${"x".repeat(4_100)} PING x\r\n`, / 417 \S+ :/],
    ["sixty thousand bytes without an end", `${"x".repeat(60_000)}\r\n`, / 417 \S+ :/],
    ["a word that is not a command", "\x1b[31mred\x07\r\n", / 421 /],
  ];
  for (const [what, bytes, reply] of cases) {
    for (const client of [modern, old]) {
      await t.step(
        `${what}, to a client that is ${client === old ? "old" : "modern"}`,
        async () => {
          client.send(bytes);
          const lines = await client.sync();
          assert.equal(lines.length, 1, lines.join("\n"));
          assert.match(lines[0]!, reply);
        },
      );
    }
  }
  await t.step("answers come in the order of what they answer", async () => {
    old.send("PING 1\r\nP\0NG 2\r\nPING 3\r\n");
    assert.deepEqual((await old.sync()).map((line) => line.split(" ")[1]), [
      "PONG",
      "FAIL",
      "PONG",
    ]);
  });
});

Deno.test("a million newlines cost nothing", async () => {
  await using chat = await serving({ limits: true });
  const client = await chat.enter("amy");
  const before = memoryInUse();
  client.send("\n".repeat(1_000_000));
  client.send("\r\n".repeat(500_000));
  assert.deepEqual(await client.sync(), []);
  assert(memoryInUse() - before < 64 << 20);
});

/** Bytes that this file's tests and their server use: other files are tested in the same process. */
function memoryInUse(): number {
  const { heapUsed, external } = Deno.memoryUsage();
  return heapUsed + external;
}

Deno.test("a flood of commands is slowed down, not kept in memory", async () => {
  await using chat = await serving({ limits: true });
  const other = await chat.enter("other");
  using flooder = await deaf(chat, ["NICK flooder", "USER f 0 * :f"]);
  const lines = new TextEncoder().encode("PING x\r\n".repeat(8_000));
  let sent = 0, isStuck = false;
  while (!isStuck && sent < 64 << 20) {
    let isDone = false;
    flooder.write(lines).then((count) => sent += count, () => {}).finally(() => isDone = true);
    // Others are served meanwhile; what the server takes, it has taken long before it has answered so often.
    for (let round = 0; round < 20 && !isDone; round++) {
      other.say("LUSERS");
      await other.sync();
    }
    isStuck = !isDone;
  }
  assert(isStuck, "the server took all of it");
  assert(sent < 16 << 20, `the server took ${sent} bytes`);
});

/** A client that says `lines` and reads nothing. */
async function deaf({ port }: Serving, lines: readonly string[]): Promise<Deno.TlsConn> {
  const caCerts = [(await testPair()).certPem];
  const connection = await Deno.connectTls({ hostname: "127.0.0.1", port, caCerts });
  await connection.write(new TextEncoder().encode(lines.map((line) => `${line}\r\n`).join("")));
  return connection;
}

Deno.test("a reader that stops reading is dropped with its reason, and no other is slowed", async () => {
  await using chat = await serving();
  const amy = await chat.enter("amy");
  const bob = await chat.enter("bob");
  for (const client of [amy, bob]) {
    client.say("JOIN #tea");
    await client.expect(/ 366 /);
  }
  using _stuck = await deaf(chat, ["NICK stuck", "USER s 0 * :s", "JOIN #tea"]);
  await bob.expect(/^:stuck!s@chat JOIN #tea$/);
  const cara = await chat.enter("cara");
  cara.say("JOIN #tea");
  await cara.expect(/ 366 /);
  const lines = Array(100).fill(`PRIVMSG #tea :${"x".repeat(400)}`);
  for (let sent = 0; chat.server.context.hub.user("stuck") && sent < 1_000; sent++) {
    amy.say(...lines);
    await amy.sync();
    for (const session of chat.server.context.directory.sessions) {
      if ("pendingBytes" in session) assert(Number(session.pendingBytes) <= OUTBOX_LIMIT_BYTES);
    }
  }
  const saidBefore = async (client: IrcClient) =>
    (await client.until(/^:stuck!s@chat QUIT :SendQ exceeded$/))
      .filter((line) => line.includes("PRIVMSG")).length;
  // Sessions that joined after the slow one see the same order as those before.
  assert.equal(await saidBefore(bob), await saidBefore(cara));
  await chat.until(() => chat.server.context.slots.used === 3);
});

Deno.test("a slow reader that reads on gets the reason why it was dropped", async () => {
  await using chat = await serving();
  const amy = await chat.enter("amy");
  using slow = await deaf(chat, ["NICK slow", "USER s 0 * :s"]);
  await chat.until(() => chat.server.context.hub.user("slow") !== undefined);
  const lines = Array(100).fill(`PRIVMSG slow :${"x".repeat(400)}`);
  for (let sent = 0; chat.server.context.hub.user("slow") && sent < 1_000; sent++) {
    amy.say(...lines);
    await amy.sync();
  }
  const received = await new Response(slow.readable).text();
  assert(received.endsWith("\r\nERROR :Closing Link: SendQ exceeded\r\n"), received.slice(-200));
});

Deno.test("half a TLS handshake is cut, and its slot comes back", async () => {
  await using chat = await serving({ deadlines: { handshakeMs: 300 } });
  const { slots } = chat.server.context;
  const socket = net.connect(chat.port, "127.0.0.1");
  socket.on("error", () => {});
  socket.write(Uint8Array.of(0x16, 0x03, 0x01, 0x02, 0x00, 0x01)); // a client's first bytes
  await new Promise((resolve) => socket.once("close", resolve).resume());
  await chat.until(() => slots.used === 0);
});

Deno.test("deadlines", async (t) => {
  let now = 1_000_000;
  await using chat = await serving({ steadyNow: () => now, guests: false });
  const { server } = chat;
  const tick = () => {
    for (const session of [...server.context.directory.sessions]) session.check(now);
  };

  await t.step("what is no TLS at all is cut at once", async () => {
    const socket = net.connect(chat.port, "127.0.0.1");
    socket.on("error", () => {});
    socket.write("NICK amy\r\nUSER a 0 * :a\r\n");
    await new Promise((resolve) => socket.once("close", resolve).resume());
    await chat.until(() => server.context.slots.used === 0);
  });

  await t.step("bytes without a line end for a minute are no registration", async () => {
    const client = await chat.connect();
    client.send("NICK amy\r\nPING nick\r\nUSER never");
    await client.expect(/ PONG \S+ :?nick$/);
    for (let second = 0; second < 59; second++) {
      now += 1_000;
      client.send("x");
      tick();
    }
    assert(!client.isClosed);
    now += 2_000;
    tick();
    assert.deepEqual(await client.untilClosed(), ["ERROR :Closing Link: Registration timed out"]);
  });

  await t.step("a visitor of nc who never signs in has ten minutes, however lively", async () => {
    const client = await chat.connect({ plain: true });
    client.send("~:help:\n");
    await client.expect(/^\* Type a line/);
    for (let half = 0; half < 20; half++) {
      now += 30_000;
      client.send("~:help:\n");
      await client.expect(/^\* Type a line/);
      tick();
    }
    assert(!client.isClosed);
    now += 1_000;
    tick();
    assert.equal((await client.untilClosed()).at(-1), "* Goodbye: Sign-in timed out.");
  });

  await t.step(
    "who does not sign in within ten minutes is asked to leave, however lively",
    async () => {
      const client = await chat.enter("lurker");
      for (let minute = 0; minute < 10; minute++) {
        now += 60_000;
        await client.sync();
        tick();
      }
      assert(!client.isClosed);
      now += 1_000;
      tick();
      assert.equal((await client.untilClosed()).at(-1), "ERROR :Closing Link: Sign-in timed out");
    },
  );

  await t.step("who signs out has ten minutes more", async () => {
    await chat.register("dora");
    const client = await chat.enter("dora", { password: "correct-horse-7" });
    tick();
    now += 100_000;
    client.say("NS LOGOUT");
    await client.sync();
    tick();
    now += 10 * 60_000 + 1;
    tick();
    assert.equal((await client.untilClosed()).at(-1), "ERROR :Closing Link: Sign-in timed out");
  });

  await t.step(
    "bytes without a newline for an hour are no sign of life: PING, then the end",
    async () => {
      await chat.register("amy");
      const client = await chat.enter("amy", { password: "correct-horse-7" });
      now += 61_000;
      tick();
      tick();
      await client.expect(/PING irc\.test$/);
      client.send("PONG"); // and never the rest
      const quiet = await chat.enter("quiet");
      await quiet.sync();
      now += 60_000;
      tick();
      const lines = await client.untilClosed();
      assert.deepEqual(lines, ["ERROR :Closing Link: Ping timeout: 121 seconds"]);
    },
  );

  await t.step("a PONG is life", async () => {
    const client = await chat.enter("amy", { password: "correct-horse-7" });
    for (let minute = 0; minute < 5; minute++) {
      now += 61_000;
      tick();
      await client.expect(/PING irc\.test$/);
      client.say("PONG irc.test");
      assert.deepEqual(await client.sync(), []);
    }
  });
});
