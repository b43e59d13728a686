/** Bytes that are no lines, or come after the end: bounded at every door. @module */
import assert from "node:assert/strict";
import { once } from "node:events";
import { listenDeno } from "../../../core/net/deno_listener.ts";
import { listenNode } from "../../../core/net/node_listener.ts";
import type { IrcClient } from "../../helpers/irc_client.ts";
import { serving } from "./serving.ts";

const CHUNK = new Uint8Array(64 * 1024).fill(0x78);
/** What the network itself holds, both ways, besides what is read. */
const IN_FLIGHT_BYTES = 16 * 1024 * 1024;

/** Writes until the connection is gone, and gives how many bytes it took. */
async function writeOn(client: IrcClient, chunk: Uint8Array = CHUNK): Promise<number> {
  let sent = 0;
  while (!client.isClosed && sent < 4 * IN_FLIGHT_BYTES) {
    sent += chunk.length;
    if (client.socket.write(chunk)) continue;
    await Promise.race([client.closed, once(client.socket, "drain").catch(() => {})]);
  }
  return sent;
}

for (const listen of [listenNode, listenDeno]) {
  for (const plain of listen === listenNode ? [false, true] : [false]) {
    const where = `${listen.name}, ${plain ? "plain" : "TLS"}`;

    Deno.test(`${where}: what comes after the end is not read for long`, async (t) => {
      await using chat = await serving({ guests: true, listen });
      const endings: [string, string][] = [
        ["QUIT", "NICK a\r\nUSER a 0 * :a\r\nQUIT\r\n"],
        ["HTTP", "GET / HTTP/1.1\r\n\r\n"],
        ["a foreign protocol", "EHLO x\r\n"],
        ["PTCHAT's goodbye", "~:help:\n~:q!:\n"],
      ];
      for (const [what, text] of endings) {
        await t.step(what, async () => {
          const client = await chat.connect({ plain });
          const { traffic } = chat.server.context.counters;
          const before = traffic.bytesIn;
          client.send(text);
          await writeOn(client);
          await client.closed;
          assert(
            traffic.bytesIn - before < 1024 * 1024,
            `${traffic.bytesIn - before} bytes were read`,
          );
        });
      }
    });

    Deno.test(`${where}: a line without an end closes the connection`, async (t) => {
      await using chat = await serving({ guests: true, listen });
      for (const start of ["NICK ", "~:help:\nhello ", "hello "]) {
        await t.step(JSON.stringify(start), async () => {
          const client = await chat.connect({ plain });
          const { traffic } = chat.server.context.counters;
          const before = traffic.bytesIn;
          client.send(start);
          const lines = client.untilClosed();
          await writeOn(client);
          await lines;
          assert(traffic.bytesIn - before < 1024 * 1024);
        });
      }
    });
  }
}

Deno.test("a client that is closed for a line without an end gets the reason", async () => {
  await using chat = await serving({ guests: true });
  const client = await chat.enter("amy");
  client.send(`PRIVMSG #lobby :${"x".repeat(70_000)}`);
  const lines = await client.untilClosed();
  assert.equal(lines.at(-1), "ERROR :Closing Link: Too many bytes without a line end");
  assert.equal(lines.filter((line) => / 417 /.test(line)).length, 1);
});

Deno.test("a connection's bytes have a budget: what goes beyond is not read before its time", async () => {
  await using chat = await serving({ guests: true, limits: true });
  const amy = await chat.enter("amy");
  const { traffic } = chat.server.context.counters;
  const floods = ["\r\n", "PING x\r\n", `PRIVMSG amy :${"x".repeat(400)}\r\n`];
  for (const [index, line] of floods.entries()) {
    const flooder = await chat.connect({ plain: true });
    flooder.say(`NICK flooder${index}`, "USER f 0 * :f");
    await flooder.expect(/ 001 /);
    const before = traffic.bytesIn;
    const chunk = new TextEncoder().encode(line.repeat(Math.ceil(65_536 / line.length)));
    for (let n = 0; n < 64; n++) flooder.socket.write(chunk);
    for (let n = 0; n < 5; n++) await amy.sync();
    assert(traffic.bytesIn - before < 1024 * 1024, `${traffic.bytesIn - before} bytes were read`);
    flooder.destroy();
  }
});
