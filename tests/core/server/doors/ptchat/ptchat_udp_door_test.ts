import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import fc from "fast-check";
import { REMINDER_MS, UDP_SILENCE_MS } from "../../../../../core/ptchat/udp_sessions.ts";
import type { ServerContext } from "../../../../../core/server/acts/context.ts";
import { serverDoors } from "../../../../../core/server/door_table.ts";
import { UdpDoor } from "../../../../../core/server/doors/ptchat/udp_door.ts";
import { relayLimits, RelayServer } from "../../../../../core/server/doors/relay/relay.ts";
import { Gate } from "../../../../../core/server/gate/gate.ts";
import { Reception } from "../../../../../core/server/gate/reception.ts";
import { startServer } from "../../../../../core/server/server.ts";
import type { ServerOptions } from "../../../../../core/server/server_options.ts";
import { openStore } from "../../../../../core/store/sqlite/sqlite_store.ts";
import { eventually } from "../../../../helpers/eventually.ts";
import { ITERATIONS, PASSWORD } from "../../serving.ts";

const AMY = { address: "192.0.2.1", port: 5000 };
const BOB = { address: "192.0.2.2", port: 5000 };

type Peer = typeof AMY;

/** A door without a socket, and with a clock of its own. */
async function udpDoor(options: Partial<ServerOptions> = {}) {
  const undo = new AsyncDisposableStack();
  const store = undo.use(openStore(":memory:"));
  const server = undo.use(
    await startServer({
      store,
      slots: 20,
      guests: true,
      limits: false,
      name: "irc.test",
      iterations: ITERATIONS,
      ...options,
    }),
  );
  const { context } = server;
  const traffic = new Map<string, { came: number; went: number; text: string }>();
  const of = ({ address, port }: Peer) => {
    const key = `${address} ${port}`;
    const known = traffic.get(key) ?? { came: 0, went: 0, text: "" };
    traffic.set(key, known);
    return known;
  };
  const faults: string[] = [];
  const clock = { nowMs: 0 };
  const confirmed = new Set<Peer>();
  const gate = new Gate(context);
  const door = new UdpDoor({
    context,
    gate,
    reception: new Reception({ ...context, gate, doors: serverDoors(context, relayFor(context)) }),
    clock: () => clock.nowMs,
    send(bytes, peer) {
      const known = of(peer);
      known.went += bytes.length;
      known.text += new TextDecoder("utf-8", { fatal: true }).decode(bytes);
      const isTooMuch = !confirmed.has(peer) && known.went > 3 * known.came;
      if (isTooMuch) faults.push(`${known.went} bytes for ${known.came}`);
      if (context.writer.backlog > 0) faults.push("a message was sent before it was stored");
    },
  });
  const settle = async () => {
    await setImmediate();
    await setImmediate();
  };
  return {
    server,
    door,
    clock,
    of,
    settle,
    /** Those that may be sent more than threefold. */
    confirmed,
    /** Sends back the code that came for a first line. */
    async confirm(peer: Peer): Promise<string> {
      const code = codeIn(await this.receive(peer, "~:this one wants to be let in:"));
      confirmed.add(peer);
      return await this.receive(peer, code);
    },
    /** Gives what came back for it at once. */
    async receive(peer: Peer, data: string | Uint8Array): Promise<string> {
      const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
      of(peer).came += bytes.length;
      const before = of(peer).text.length;
      door.receive(bytes, peer);
      await settle();
      assert.deepEqual(faults, []);
      return of(peer).text.slice(before);
    },
    [Symbol.asyncDispose]: () => undo.disposeAsync(),
  };
}

function codeIn(text: string): string {
  return /\b([a-z2-9]{6})(\?|$| lifts)/m.exec(text)![1]!;
}

const said = fc.oneof(
  fc.constantFrom(
    "~:help:",
    "~:lu:",
    "~:rooms:",
    "~:history 200:",
    "~:join #tea:",
    "~:q!:",
    "~:login amy:",
    "~:login amy not-her-password:",
    `~:register carol ${PASSWORD}:`,
    "~->bob: psst",
    "~-@bob: look",
    "",
  ),
  fc.constantFrom("eve", "eva", "ben"),
  fc.string({ unit: "binary", maxLength: 80 }),
);
const datagram = fc.oneof(
  fc.array(said, { maxLength: 4 }).map((lines) => new TextEncoder().encode(lines.join("\n"))),
  fc.uint8Array({ maxLength: 200 }),
);
const event = fc.record({
  from: fc.integer({ min: 1, max: 3 }),
  datagram,
  passMs: fc.constantFrom(0, 10, 300, 11_000, 70_000, 290_000),
});

Deno.test("whatever is sent from a UDP address, at most three times as much comes back until it is confirmed", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(event, { maxLength: 40 }), async (events) => {
      await using udp = await udpDoor({ slots: 12 });
      await udp.confirm(BOB);
      await udp.receive(BOB, "bob");
      for (const [n, { from, datagram, passMs }] of events.entries()) {
        udp.clock.nowMs += passMs;
        udp.door.tick();
        await udp.receive({ address: "192.0.2.9", port: from }, datagram);
        await udp.receive(BOB, `message ${n} to all who are here`);
      }
    }),
    { numRuns: 60 },
  );
});

Deno.test("a silent UDP user is reminded after 4 minutes and removed after 5", async () => {
  await using udp = await udpDoor();
  await udp.confirm(AMY);
  await udp.receive(AMY, "amy");
  udp.clock.nowMs = REMINDER_MS;
  udp.door.tick();
  await udp.settle();
  assert.match(udp.of(AMY).text, /\* Are you there\? In a minute this session ends; .*\n$/);
  await udp.receive(AMY, "yes");
  udp.clock.nowMs = UDP_SILENCE_MS + 1;
  udp.door.tick();
  assert.equal(udp.door.size, 1);
  udp.clock.nowMs = REMINDER_MS + UDP_SILENCE_MS;
  udp.door.tick();
  await udp.settle();
  assert.match(udp.of(AMY).text, /\* Goodbye: 5 minutes of silence\.\n$/);
  assert.equal(udp.door.size, 0);
  assert.equal(udp.server.context.slots.used, 0);
  assert.equal(udp.server.context.hub.user("amy"), undefined);
});

Deno.test("the code is asked for again when the prompt may have been lost, and not at each line", async () => {
  await using udp = await udpDoor();
  const isPrompt = /[a-z2-9]{6}\?|[Ss]end: |lifts limits/;
  assert.match(await udp.receive(AMY, "amy"), isPrompt);
  udp.clock.nowMs = 9_999;
  assert.doesNotMatch(await udp.receive(AMY, "hello, do you hear me?"), isPrompt);
  udp.clock.nowMs = 10_000;
  assert.match(await udp.receive(AMY, "hello, do you hear me now?"), isPrompt);
  udp.clock.nowMs = 10_001;
  udp.confirmed.add(AMY);
  assert.match(await udp.receive(AMY, codeIn(udp.of(AMY).text)), /^\* Welcome to irc\.test\./);
  udp.clock.nowMs = 30_000;
  assert.equal(await udp.receive(AMY, "hello!"), "amy: hello!\n");
});

Deno.test("the code is not requested in the middle of a sign-in", async () => {
  await using udp = await udpDoor();
  assert.equal(await udp.receive(AMY, `~:register amy:`), "* A password for amy:\n");
  await udp.receive(AMY, PASSWORD);
  await eventually(() => udp.of(AMY).text.includes("* You are amy.\n"));
  assert.match(udp.of(AMY).text, /\* You are amy\.\n.*[a-z2-9]{6}/);
});

Deno.test("messages of others are sent to an unconfirmed address within its allowance, and the rest after the code", async () => {
  await using udp = await udpDoor();
  await udp.confirm(BOB);
  await udp.receive(BOB, "bob");
  await udp.receive(AMY, "amy\nhello to all of you, I am the new one here\n");
  const before = udp.of(AMY).text.length;
  for (let n = 0; n < 40; n++) await udp.receive(BOB, `message ${n} of forty`);
  udp.confirmed.add(AMY);
  await udp.receive(AMY, codeIn(udp.of(AMY).text));
  const numbers = udp.of(AMY).text.slice(before).matchAll(/^bob: message (\d+) of forty$/gm);
  assert.deepEqual([...numbers].map(([, n]) => Number(n)), Array.from({ length: 40 }, (_, n) => n));
});

Deno.test("a flood of new UDP addresses is answered by the code alone, and who sends it gets in", async () => {
  await using udp = await udpDoor({ slots: 400 });
  const opened = () => udp.server.context.counters.entered.ptchat;
  for (let n = 0; n < 500; n++) {
    await udp.receive({ address: "203.0.113.9", port: n + 1 }, "hello everybody out there");
  }
  assert.equal(opened(), 60);
  const answer = await udp.receive(AMY, "hello everybody out there");
  assert.match(answer, /^\* To be sent more than a little, send: [a-z2-9]{6}\n$/);
  assert.equal(opened(), 60);
  udp.confirmed.add(AMY);
  assert.match(await udp.receive(AMY, codeIn(answer)), /^\* Welcome to irc\.test/);
  udp.clock.nowMs = 1_000;
  for (let n = 0; n < 50; n++) await udp.receive({ address: "203.0.113.10", port: n + 1 }, "hi");
  assert.equal(opened(), 71);
});

Deno.test("a full or forbidden server says so in few bytes, or in none", async () => {
  await using udp = await udpDoor({ slots: 1 });
  const { bans, slots } = udp.server.context;
  const taken = slots.take({ address: "192.0.2.7" }, () => {});
  const full = "* Goodbye: server is full (1 of 1 slots in use).\n";
  assert.equal(await udp.receive(AMY, "a".repeat(17)), full);
  assert.equal(await udp.receive(AMY, "abcd"), "* Goodbye.\n");
  assert.equal(await udp.receive(AMY, "abc"), "* Bye.\n");
  assert.equal(await udp.receive(AMY, "ab"), "");
  bans.add({ kind: "address", mask: BOB.address, reason: "spam", by: "test", forMs: undefined });
  assert.equal(await udp.receive(BOB, "hello there"), "* Goodbye: banned (spam).\n");
  if (taken.state === "ok") taken.slot.release();
});

Deno.test("a confirmed UDP address counts as a connection from there", async () => {
  await using udp = await udpDoor({ slots: 400, limits: true });
  let last = "";
  for (let n = 1; n <= 41; n++) {
    udp.clock.nowMs += 200;
    last = await udp.confirm({ ...AMY, port: n });
  }
  assert.match(last, /^\* Goodbye: too many connections from your address\.\n$/);
});

Deno.test("who reads nothing over UDP costs the server a bounded queue", async () => {
  await using udp = await udpDoor();
  await udp.confirm(AMY);
  await udp.receive(AMY, "amy");
  await udp.confirm(BOB);
  await udp.receive(BOB, "bob");
  for (let n = 0; n < 2_000; n++) {
    udp.clock.nowMs += 1;
    await udp.receive(BOB, `${n} ${"x".repeat(300)}`);
  }
  for (const { pendingBytes } of udp.server.context.directory.sessions) {
    assert.ok(pendingBytes <= 256 * 1024);
  }
  assert.ok(udp.of(AMY).went < 300_000);
});

function relayFor({ steadyNow }: ServerContext): RelayServer {
  return new RelayServer(steadyNow, relayLimits(20));
}
