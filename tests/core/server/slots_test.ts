import assert from "node:assert/strict";
import net from "node:net";
import { listenDeno } from "../../../core/net/deno_listener.ts";
import { listenNode } from "../../../core/net/node_listener.ts";
import { Changes } from "../../helpers/changes.ts";
import type { IrcClient } from "../../helpers/irc_client.ts";
import { PASSWORD, serving } from "./serving.ts";

/** Hundreds of handshakes at once take their time on a slow machine. */
const PATIENT = { handshakeMs: 600_000, pingAfterMs: 3_600_000, deadAfterMs: 7_200_000 };

const FULL = "ERROR :Closing Link: server is full (20 of 20 slots in use)";

Deno.test("twenty slots hold twenty, and tell the next one", async (t) => {
  const deadlines = { refusalMs: 2_000 };
  await using chat = await serving({ slots: 20, limits: true, deadlines });
  const { slots } = chat.server.context;
  const clients: IrcClient[] = [];
  for (let n = 0; n < 20; n++) clients.push(await chat.enter(`client${n}`));

  await t.step("by IRC", async () => {
    const late = await chat.connect();
    late.say("NICK late", "USER x 0 * :x");
    assert.deepEqual(await late.untilClosed(), [FULL]);
  });
  await t.step("without a line from it", async () => {
    const late = await chat.connect();
    assert.deepEqual(await late.untilClosed(), [FULL]);
  });
  await t.step("by HTTP", async () => {
    const late = await chat.connect();
    late.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    const lines = await late.untilClosed();
    assert.equal(lines[0], "HTTP/1.1 503 Service Unavailable");
  });
  await t.step("those who are there notice nothing", async () => {
    for (const client of clients) assert.deepEqual(await client.sync(), []);
  });
  await t.step("a slot comes back with QUIT", async () => {
    clients[0]!.say("QUIT");
    await chat.until(() => slots.used === 19);
    await chat.enter("next1");
  });
  await t.step("with a FIN", async () => {
    clients[1]!.socket.end();
    await chat.until(() => slots.used === 19);
    await chat.enter("next2");
  });
  await t.step("with a FIN from one who goes on reading", async () => {
    clients[2]!.raw.end(); // TCP's end without TLS's
    await chat.until(() => slots.used === 19);
    await chat.enter("next3");
  });
  await t.step("with a RST", async () => {
    clients[3]!.raw.resetAndDestroy();
    await chat.until(() => slots.used === 19);
    await chat.enter("next4");
  });
  await t.step("with one who says nothing after the handshake and hangs up", async () => {
    clients[4]!.destroy();
    await chat.until(() => slots.used === 19);
    const silent = await chat.connect();
    await chat.until(() => slots.used === 20);
    silent.destroy();
    await chat.until(() => slots.used === 19);
  });
  await t.step("with one who hangs up within the handshake", async () => {
    const socket = net.connect(chat.port, "127.0.0.1");
    socket.on("error", () => {});
    socket.write(Uint8Array.of(0x16, 0x03, 0x01));
    await chat.until(() => slots.used === 20);
    socket.resetAndDestroy();
    await chat.until(() => slots.used === 19);
  });
});

for (const listen of [listenNode, listenDeno]) {
  Deno.test(`${listen.name}: closing within the handshake gives the slot back at once`, async () => {
    await using chat = await serving({ slots: 20, deadlines: PATIENT, listen });
    const { slots } = chat.server.context;
    const hello = [0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3, 1, 2, 3];
    for (const bytes of [[], hello.slice(0, 1), hello]) {
      for (const plain of [false, true]) {
        const port = plain ? chat.plainPort : chat.port;
        const sockets = Array.from({ length: 5 }, () => net.connect(port, "127.0.0.1"));
        for (const socket of sockets) socket.on("error", () => {}).write(Uint8Array.from(bytes));
        if (bytes.length === 0) await chat.until(() => slots.used === 5);
        for (const socket of sockets.slice(0, 3)) socket.end(); // a FIN, and goes on reading
        for (const socket of sockets.slice(3)) socket.resetAndDestroy();
        await chat.until(() => slots.used === 0);
        for (const socket of sockets) socket.destroy();
      }
    }
  });
}

Deno.test("a client from elsewhere takes the slot of a hog's oldest stranger", async () => {
  await using chat = await serving({ slots: 8, limits: true, deadlines: PATIENT });
  await chat.register("amy");
  const amy = await chat.enter("amy", { password: PASSWORD });
  const strangers: IrcClient[] = [];
  for (let n = 0; n < 6; n++) strangers.push(await chat.enter(`hog${n}`));
  const handshake = net.connect(chat.port, "127.0.0.1");
  handshake.on("error", () => {});
  await chat.until(() => chat.server.context.slots.used === 8);

  const elsewhere = { hostname: "127.0.0.2", port: chat.port, from: "127.0.0.3" };
  const { IrcClient } = await import("../../helpers/irc_client.ts");
  await assert.rejects(IrcClient.connect(elsewhere)); // the server listens on 127.0.0.1 alone
  await using newcomer = await chat.connect({ from: "127.0.0.3" });
  newcomer.say("NICK newcomer", "USER x 0 * :x");
  await newcomer.expect(/ 001 /);
  const lines = await strangers[0]!.untilClosed();
  assert.equal(lines.at(-1), "ERROR :Closing Link: Slot needed by somebody else: sign in sooner");
  for (const other of [amy, ...strangers.slice(1)]) await other.sync();
  handshake.destroy();
});

Deno.test("a hog's socket within its handshake is closed at once when its slot is needed", async () => {
  await using chat = await serving({ slots: 4, limits: true, deadlines: PATIENT });
  const closed: number[] = [];
  const changes = new Changes();
  const sockets: net.Socket[] = [];
  for (let n = 0; n < 4; n++) {
    const socket = net.connect(chat.port, "127.0.0.1");
    socket.on("error", () => {}).resume().on("close", () => {
      closed.push(n);
      changes.tell();
    });
    sockets.push(socket);
    await chat.until(() => chat.server.context.slots.used === n + 1);
  }
  const newcomer = await chat.connect({ from: "127.0.0.3" });
  newcomer.say("NICK newcomer", "USER x 0 * :x");
  await newcomer.expect(/ 001 /);
  await changes.until(() => closed.length === 1);
  assert.deepEqual(closed, [0]);
  for (const socket of sockets) socket.destroy();
  await changes.until(() => closed.length === 4);
});

Deno.test("hundreds of connections from one address are refused or closed, and the server continues", async () => {
  await using chat = await serving({ slots: 1_000, limits: true, deadlines: PATIENT });
  await chat.register("amy");
  const amy = await chat.enter("amy", { password: PASSWORD });
  const outcomes = await Promise.all(
    Array.from({ length: 300 }, async () => {
      try {
        const client = await chat.connect();
        client.say("CAP LS");
        const line = await Promise.race([
          client.expect(/ CAP \* LS | :Closing Link/),
          client.closed,
        ]);
        return line === undefined ? "cut" : line[0];
      } catch {
        return "cut";
      }
    }),
  );
  const inside = outcomes.filter((outcome) => outcome === " CAP * LS ").length;
  assert(inside <= 100, `${inside} are in`);
  assert(outcomes.filter((outcome) => outcome !== " CAP * LS ").length >= 200);
  assert.deepEqual(await amy.sync(), []);
});

Deno.test("limits off lets as many in as there are slots", async () => {
  await using chat = await serving({ slots: 250, limits: false, deadlines: PATIENT });
  const clients = await Promise.all(Array.from({ length: 250 }, (_, n) => chat.enter(`u${n}`)));
  assert.equal(clients.length, 250);
  assert.equal(chat.server.context.slots.used, 250);
});
