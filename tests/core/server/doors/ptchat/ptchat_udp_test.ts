import assert from "node:assert/strict";
import { DEFAULT_LIMITS } from "../../../../../core/net/throttle.ts";
import { startServer } from "../../../../../core/server/server.ts";
import { openStore } from "../../../../../core/store/sqlite/sqlite_store.ts";
import { eventually } from "../../../../helpers/eventually.ts";
import { freePort } from "../../../../helpers/free_port.ts";
import type { UdpClient } from "../../../../helpers/udp_client.ts";
import { PASSWORD, type Serving, serving } from "../../serving.ts";

/** More than three replies' worth: for tests about something else. */
const GENEROUS =
  "~:this makes room for replies, since three bytes come back for each of it at most:";

async function enter(chat: Serving, name: string): Promise<UdpClient> {
  const client = await chat.callByUdp();
  await client.confirm();
  client.say(name);
  await client.expect(/^\* \(end of history\)|^\* Nothing has been said/);
  return client;
}

Deno.test("a UDP stranger who knows no code registers, talks and leaves", async () => {
  await using chat = await serving({ guests: false });
  const amy = await chat.callByUdp();
  amy.say(`~:register amy ${PASSWORD}:`);
  await amy.expect(/^\* You are amy\.$/);
  assert.equal(chat.server.context.hub.user("amy")?.account, "amy");
  await chat.register("bob");
  const bob = await chat.enter("bob", { password: PASSWORD });
  amy.say("hello everybody, how are you?");
  await amy.expect(/^amy: hello everybody, how are you\?$/);
  await bob.expect(/^:amy!amy@chat PRIVMSG #lobby :hello everybody, how are you\?$/);
  amy.say("I am well");
  await amy.expect(/^amy: I am well$/);
  bob.say("PRIVMSG #lobby :so am I");
  await amy.expect(/^bob: so am I$/);
  amy.say("~:q!:");
  await amy.untilClosed();
  assert.equal(chat.server.context.hub.user("amy"), undefined);
  assert.ok(amy.bytesIn <= 3 * amy.bytesOut);
});

Deno.test("a UDP guest needs a name only, and sees the code", async () => {
  await using chat = await serving({ guests: true });
  const amy = await chat.callByUdp();
  amy.say("amy");
  const [code] = await amy.expect(/^[a-z2-9]{6}(?=\?$)/);
  amy.say("hello");
  await amy.expect(/^\* You are amy\.$/);
  amy.say(code);
  await amy.expect(/^\* Welcome to irc\.test\. To talk here:$/);
  await amy.expect(/^\* Nothing has been said in #lobby yet\.$/);
  await amy.expect(/^amy: hello$/);
  amy.say(`code ${code}`);
  await amy.expect(/^\* This address is confirmed\.$/);
});

Deno.test("the first UDP reply is as helpful as its bytes allow", async () => {
  await using chat = await serving({ guests: true });
  const short = await chat.callByUdp();
  short.send(new TextEncoder().encode("~:x"));
  await short.expect(/^[a-z2-9]{6}\?$/);
  const long = await chat.callByUdp();
  long.say(GENEROUS);
  await long.expect(/^\* Unknown command/);
  await long.expect(
    /^\* Welcome\. ~:login NAME PASSWORD: {2}~:register NAME PASSWORD: {2}or a name; code \w{6} lifts limits\.$/,
  );
});

Deno.test("the right password confirms a UDP address, a wrong one does not", async () => {
  await using chat = await serving();
  await chat.register("amy");
  const amy = await chat.callByUdp();
  amy.say("~:login amy wrong-horse-7:");
  await amy.expect(/^\* Wrong name or password\.$/);
  assert.ok(amy.bytesIn <= 3 * amy.bytesOut);
  amy.say(`~:login amy ${PASSWORD}:`);
  await amy.expect(/^\* Welcome to irc\.test/);
  await amy.expect(/^\* You are signed in as amy\. What you type is said in #lobby\.$/);
  await amy.expect(/^\* Nothing has been said in #lobby yet\.$/);
  amy.say("~:help:");
  await amy.expect(/sign out and leave$/);
  assert.ok(amy.bytesIn > 3 * amy.bytesOut);
});

Deno.test("who writes to an unconfirmed UDP address learns whether it waits there", async () => {
  await using chat = await serving();
  const udo = await chat.callByUdp();
  udo.say("udo");
  const [code] = await udo.expect(/^[a-z2-9]{6}(?=\?$)/);
  const tom = await chat.connect({ plain: true });
  tom.say("tom");
  await tom.expect(/^\* Nothing has been said/);
  const long = "x".repeat(100);
  tom.say(`~->udo: ${long}`);
  await tom.expect(/^\* Held back for udo, until udo says more or sends the code\.$/);
  udo.say("~:this makes room for what was held back, as three bytes come for each:");
  await udo.expect(/^tom -> you: x+$/);
  tom.say("~->udo: short");
  await tom.expect(/^\* Sent to udo\.$/);
  await udo.expect(/^tom -> you: short$/);
  udo.say(code);
  await udo.expect(/^\* Welcome to irc\.test/);
  tom.say(`~->udo: ${long}`);
  await tom.expect(/^\* Sent to udo\.$/);
});

Deno.test("UDP, TCP, TLS and IRC users are in one room", async () => {
  await using chat = await serving();
  const udp = await enter(chat, "udo");
  const tcp = await chat.connect({ plain: true });
  tcp.say("tom");
  await tcp.expect(/^\* You are in as the guest tom/);
  const irc = await chat.enter("ira");
  irc.say("JOIN #lobby");
  await irc.expect(/ 366 /);
  udp.say("hello from datagrams");
  await tcp.expect(/^udo: hello from datagrams$/);
  await irc.expect(/^:udo!udo@chat PRIVMSG #lobby :hello from datagrams$/);
  tcp.say("~-@udo: look here");
  await udp.expect(/^\*\*\* tom: @udo look here \*\*\*$/);
  await irc.expect(/PRIVMSG #lobby :@udo look here$/);
  udp.say("~->ira: just you");
  await udp.expect(/^\* Sent to ira\.$/);
  await irc.expect(/^:udo!udo@chat PRIVMSG ira :just you$/);
  irc.say("PRIVMSG udo :and you");
  await udp.expect(/^ira -> you: and you$/);
  udp.say("~:lu:");
  await udp.expect(/^\* Users: 3, 3 online\.$/);
  irc.say("QUIT :bye");
  await udp.expect(/^\* ira is gone\.$/);
});

Deno.test("a UDP datagram of several lines is several lines, a doubled one is one", async () => {
  await using chat = await serving();
  const udp = await enter(chat, "udo");
  udp.send(new TextEncoder().encode("one\ntwo\r\nthree"));
  udp.send(new TextEncoder().encode("one\ntwo\r\nthree"));
  udp.say("four");
  assert.deepEqual(await udp.until(/four/), ["udo: one", "udo: two", "udo: three", "udo: four"]);
});

Deno.test("long UDP replies come in order, in datagrams cut at line ends", async () => {
  await using chat = await serving();
  const irc = await chat.enter("ira");
  irc.say("JOIN #lobby");
  for (let n = 0; n < 150; n++) irc.say(`PRIVMSG #lobby :${n} ${"x".repeat(200)}`);
  await irc.sync();
  const udp = await enter(chat, "udo");
  udp.lengths.length = 0;
  udp.say("~:history 150:");
  const lines = await udp.until(/end of history/);
  const numbers = lines.flatMap((line) => /\] ira: (\d+) /.exec(line)?.[1] ?? []);
  assert.deepEqual(numbers, Array.from({ length: 150 }, (_, n) => String(n)));
  assert.ok(udp.lengths.every((length) => length <= 1024));
  assert.ok(udp.lengths.length < 60, `${udp.lengths.length} datagrams`);
});

Deno.test("more UDP lines at once than may wait are not taken, and their sender learns how many", async () => {
  await using chat = await serving();
  const udp = await enter(chat, "udo");
  udp.send(new TextEncoder().encode("line\n".repeat(1_000)));
  const [, count] = await udp.expect(/^\* Too fast: (\d+) of your lines were not taken\.$/);
  assert.ok(Number(count) >= 900);
  udp.say("still here");
  await udp.expect(/^udo: still here$/);
});

Deno.test("~:q!: ends a UDP session, and the next datagram begins another", async () => {
  await using chat = await serving();
  const udp = await enter(chat, "udo");
  udp.say("~:q!:");
  assert.equal((await udp.untilClosed()).at(-1), "* Goodbye: Signed out.");
  assert.equal(chat.server.context.slots.used, 0);
  assert.deepEqual([...chat.server.context.connections], []);
  udp.say(GENEROUS);
  await udp.expect(/^\* Welcome\./);
  assert.equal(chat.server.context.slots.used, 1);
});

Deno.test("stop() tells UDP users goodbye, and frees the port", async () => {
  const chat = await serving();
  const udp = await enter(chat, "udo");
  const irc = await chat.enter("ira");
  irc.say("JOIN #lobby");
  irc.say("PRIVMSG #lobby :last words");
  await irc.sync();
  const { plainPort } = chat;
  await chat.server.stop("Server is shutting down");
  const lines = await udp.untilClosed();
  assert.deepEqual(lines.slice(-2), ["ira: last words", "* Goodbye: Server is shutting down."]);
  Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: plainPort }).close();
  await chat[Symbol.asyncDispose]();
});

Deno.test("a server does not start where its plain port is taken for UDP, and frees it for TCP", async () => {
  const { hostname, port } = { hostname: "127.0.0.1", port: freePort() };
  const taken = Deno.listenDatagram({ transport: "udp", hostname, port });
  using store = openStore(":memory:");
  const options = { store, slots: 2, guests: true, limits: true, name: "irc.test" };
  await assert.rejects(startServer({ ...options, plain: { hostname, port } }), {
    code: "EADDRINUSE",
  });
  taken.close();
  await using server = await startServer({ ...options, plain: { hostname, port } });
  assert.equal(server.plainPort, port);
});

Deno.test("forged UDP addresses hold a quarter of the slots at most, and give way", async () => {
  await using chat = await serving({ slots: 20, limits: true });
  const { slots, connections } = chat.server.context;
  const friend = await chat.enter("friend");
  for (let n = 2; n < 60; n++) {
    const forged = await chat.callByUdp(`127.0.1.${n}`);
    forged.say(`guest-${n}`);
  }
  await eventually(() => [...connections].some(({ address }) => address === "127.0.1.59"));
  assert.equal(slots.used, 6);
  for (let n = 0; n < 14; n++) {
    const real = await chat.connect({ plain: true });
    real.say(`real-${n}`);
    await real.expect(/^\* You are in as the guest/);
  }
  assert.equal(slots.used, 20);
  for (let n = 14; n < 19; n++) await chat.enter(`real-${n}`);
  assert.equal(slots.used, 20);
  assert.ok([...connections].every(({ transport }) => transport !== "udp"));
  await friend.sync();
});

Deno.test("who sends the code gets in by UDP, whatever forged addresses do", async () => {
  await using chat = await serving({ slots: 8, limits: true });
  const real = await chat.callByUdp();
  real.say(GENEROUS);
  const code = (await real.expect(/code (\w{6}) lifts/))[1]!;
  for (let n = 2; n < 90; n++) (await chat.callByUdp(`127.0.1.${n}`)).say(`guest-${n}`);
  await real.untilClosed();
  real.say(code);
  await real.expect(/^\* Welcome to irc\.test/);
  real.say("real");
  await real.expect(/^\* You are in as the guest real/);
  for (let n = 2; n < 90; n++) (await chat.callByUdp(`127.0.2.${n}`)).say(`guest-${n}`);
  real.say("still here");
  await real.expect(/^real: still here$/);
});

Deno.test("passwords tried from unconfirmed UDP addresses count together, and not for others", async () => {
  await using chat = await serving({ limits: true });
  for (const name of ["amy", "bob"]) await chat.register(name);
  const attacker = await chat.callByUdp("127.0.0.9");
  for (let n = 0; n < DEFAULT_LIMITS.unconfirmedPasswords[0]!.points; n++) {
    attacker.say(`~:login nobody${n} a-password-to-guess-${n}:`);
    await attacker.expect(/^\* Wrong name or password\.$/);
  }
  const other = await chat.callByUdp("127.0.0.8");
  other.say(`~:login amy ${PASSWORD}:`);
  await other.expect(/^\* Too many attempts: wait \d+ seconds\.$/);
  const code = (await other.expect(/([a-z2-9]{6})(\?|$| lifts)/))[1]!;
  other.say(code);
  await other.expect(/^\* Welcome/);
  other.say(`~:login amy ${PASSWORD}: `);
  await other.expect(/^\* You are signed in as amy/);
  const tcp = await chat.connect({ plain: true, from: "127.0.0.9" });
  tcp.say(`~:login bob ${PASSWORD}:`);
  await tcp.expect(/^\* You are signed in as bob/);
});
