/** Strangers keep no member out: neither by slots nor by wrong passwords. @module */
import assert from "node:assert/strict";
import { join } from "node:path";
import { addressKey } from "../../../core/net/address_key.ts";
import { tempDir } from "../../helpers/mod.ts";
import { PASSWORD, serving } from "./serving.ts";

Deno.test("five addresses with four strangers each close no server of twenty slots", async () => {
  await using chat = await serving({ slots: 20, guests: false, limits: true });
  await chat.register("amy");
  for (let n = 0; n < 20; n++) {
    const stranger = await chat.connect({ from: `127.0.1.${1 + n % 5}` });
    stranger.say(`NICK stranger${n}`, "USER x 0 * :x");
    await stranger.expect(/ 001 /);
  }
  assert.equal(chat.server.context.slots.used, 20);
  for (let n = 0; n < 5; n++) {
    const member = await chat.connect({ from: "127.0.2.1" });
    await member.enter("amy", { pass: `amy:${PASSWORD}` });
  }
  assert.equal(chat.server.context.slots.used, 20);
});

Deno.test("a stranger's slot is a newcomer's after a few seconds, wherever they all are", async () => {
  let now = 0;
  await using chat = await serving({
    ...{ slots: 3, guests: false, limits: true, steadyNow: () => now },
    deadlines: { refusalMs: 1 },
  });
  const strangers = [];
  for (let n = 0; n < 3; n++) strangers.push(await chat.connect({ from: `127.0.1.${n + 1}` }));
  await chat.until(() => chat.server.context.slots.used === 3);
  const early = await chat.connect({ from: "127.0.2.1" });
  assert.match((await early.untilClosed()).at(-1) ?? "", /server is full \(3 of 3 slots in use\)/);
  now = 3_000;
  const late = await chat.connect({ from: "127.0.2.1" });
  late.say("NICK late", "USER x 0 * :x");
  await late.expect(/ 001 /);
  await strangers[0]!.untilClosed();
});

Deno.test("guests who fill a server leave room for who has been a member before", async () => {
  await using chat = await serving({ slots: 6, guests: true, limits: true });
  await chat.register("amy");
  const home = await chat.connect({ from: "127.0.2.1" });
  await home.enter("amy", { pass: `amy:${PASSWORD}` });
  await home[Symbol.asyncDispose]();
  await chat.until(() => chat.server.context.slots.used === 0);
  for (let n = 0; n < 6; n++) {
    const guest = await chat.connect({ from: `127.0.1.${n + 1}` });
    await guest.enter(`guest-${n}`);
  }
  const again = await chat.connect({ from: "127.0.2.1" });
  await again.enter("amy", { pass: `amy:${PASSWORD}` });
});

Deno.test("strangers who fill a server keep no member from its door on UDP", async () => {
  await using chat = await serving({ slots: 6, guests: false, limits: true });
  await chat.register("amy");
  for (let n = 0; n < 6; n++) await chat.connect({ from: `127.0.1.${1 + n % 2}` });
  await chat.until(() => chat.server.context.slots.used === 6);
  const member = await chat.callByUdp("127.0.2.1");
  assert(await member.confirm());
  member.say("~:login amy:", PASSWORD);
  await member.expect(/signed in as amy\./);
  assert.equal(chat.server.context.slots.used, 6);
});

Deno.test("from where members have signed in is known after a restart, until a reset", async () => {
  await using folder = await tempDir();
  const database = join(folder.path, "chat.sqlite");
  {
    await using chat = await serving({ database, guests: false });
    await chat.register("amy");
    const client = await chat.connect({ from: "127.0.2.1" });
    await client.enter("amy", { pass: `amy:${PASSWORD}` });
  }
  await using chat = await serving({ database, guests: false });
  const { accounts, known } = chat.server.context;
  assert(known.isHomeOf("AMY", "127.0.2.1"));
  assert(!known.isHomeOf("bob", "127.0.2.1"));
  assert(!known.has("127.0.2.2"));
  await accounts.resetPassword("amy", "another-horse-7");
  assert(!known.has("127.0.2.1"));
  await known.settled;
  assert.deepEqual(chat.store.accounts.knownAddresses(), []);
});

Deno.test("an account's known addresses have a bound, and the latest are kept", async () => {
  await using chat = await serving();
  const { known } = chat.server.context;
  for (let n = 0; n < 100; n++) known.note("amy", `192.0.2.${n}`);
  known.note("bob", "192.0.2.99");
  assert(known.isHomeOf("amy", "192.0.2.99"));
  assert(!known.has("192.0.2.0"));
  await known.settled;
  const stored = chat.store.accounts.knownAddresses();
  assert.equal(stored.filter(({ account }) => account === "amy").length, 32);
  assert(stored.some(({ address }) => address === addressKey("192.0.2.99")));
  known.forget("amy");
  assert(known.isHomeOf("bob", "192.0.2.99"));
});

Deno.test("guessing passwords of other accounts does not block own sign-ins from the same address", async () => {
  await using chat = await serving({ guests: false, limits: true });
  await chat.register("amy");
  const { accounts } = chat.server.context;
  const own = { name: "amy", password: PASSWORD, address: "192.0.2.9" };
  assert.equal((await accounts.signIn(own)).state, "ok");
  const states = [];
  for (let n = 0; n < 61; n++) {
    const claim = { name: `other${n}`, password: "wrong-horse-7", address: own.address };
    states.push((await accounts.signIn(claim)).state);
  }
  assert.equal(states.at(-1), "limited");
  assert.equal((await accounts.signIn(own)).state, "ok");
});

Deno.test("right passwords of one account from one address at once are all taken", async () => {
  await using chat = await serving({ guests: false, limits: true });
  await chat.register("amy");
  const clients = await Promise.all(Array.from({ length: 20 }, () => chat.connect()));
  for (const client of clients) client.say("CAP REQ sasl", "AUTHENTICATE PLAIN");
  for (const client of clients) await client.expect(/AUTHENTICATE \+/);
  for (const client of clients) client.say(`AUTHENTICATE ${btoa(`\0amy\0${PASSWORD}`)}`);
  for (const client of clients) await client.expect(/ 90[34] /);
  assert.equal(chat.server.context.counters.signIns.ok, 20);
  assert.equal(chat.server.context.counters.signIns.limited, 0);
});

Deno.test("wrong passwords at once are as limited as one after another", async () => {
  await using chat = await serving({ guests: false, limits: true });
  const claim = { name: "amy", password: "wrong-horse-7", address: "192.0.2.10" };
  const tries = Array.from({ length: 100 }, () => chat.server.context.accounts.signIn(claim));
  const states = Map.groupBy(await Promise.all(tries), ({ state }) => state);
  assert.equal(states.get("wrong")?.length, 10);
  assert.equal(states.get("limited")?.length, 90);
});
