import assert from "node:assert/strict";
import net from "node:net";
import type tls from "node:tls";
import type { Connection, ListenOptions } from "../../../core/net/connection.ts";
import { listenDeno } from "../../../core/net/deno_listener.ts";
import { listenNode } from "../../../core/net/node_listener.ts";
import { within } from "../../helpers/deadline.ts";
import { connectTls, host, Log, pair, Reader } from "./listening.ts";

/** Sends so much on another connection, and waits for it: whatever else was on its way has come by then. */
async function exchange(port: number, log: Log, megabytes: number): Promise<void> {
  const others = log.connections.length;
  const client = await connectTls(port);
  await log.heard("opened", others + 1);
  const reader = new Reader();
  log.connections.at(-1)!.open(reader);
  for (let n = 1; n <= megabytes; n++) {
    client.write("c".repeat(1 << 20));
    await reader.changes.until(() => reader.text.length === n << 20);
  }
  client.destroy();
  await log.heard("released");
}

function textOf(socket: net.Socket): Promise<string> {
  let text = "";
  socket.on("data", (bytes: Uint8Array) => text += new TextDecoder().decode(bytes));
  const ended = new Promise<string>((resolve) => socket.once("close", () => resolve(text)));
  return within(ended, 30_000, () => `not closed after "${text.slice(0, 80)}"`);
}

for (const [engine, listen] of [["node", listenNode], ["deno", listenDeno]] as const) {
  const start = async (log: Log, more: Partial<ListenOptions> = {}) => {
    const options = { hostname: host, port: 0, tls: pair, handshakeMs: 30_000, ...more };
    return await listen({ ...options, admit: log.admit, failed: log.failed });
  };

  Deno.test(`${engine}: bytes go both ways, and end() sends what was written`, async () => {
    const log = new Log();
    await using listener = await start(log);
    assert.equal(listener.engine, engine);
    const client = await connectTls(listener.port);
    client.write("early");
    await log.heard("opened");
    const [connection] = log.connections;
    assert(connection);
    assert.deepEqual(
      [connection.address, connection.port, connection.encrypted],
      [host, client.localPort, true],
    );
    const reader = new Reader();
    connection.open(reader);
    await reader.changes.until(() => reader.text === "early");
    const received = textOf(client);
    const large = "x".repeat(300_000);
    let written = 0;
    connection.write(new TextEncoder().encode(large), () => written++);
    connection.write(new TextEncoder().encode("end"), () => written++);
    connection.end(30_000);
    assert.equal(await received, `${large}end`);
    await log.heard("released");
    await reader.changes.until(() => reader.reason !== undefined);
    assert.equal(written, 2);
    assert.deepEqual(log.events, [`asked ${host}`, "opened", "released"]);
  });

  Deno.test(`${engine}: nothing more is read once end() was called`, async () => {
    const log = new Log();
    await using listener = await start(log);
    const client = await connectTls(listener.port);
    await log.heard("opened");
    const reader = new Reader();
    log.connections[0]!.open(reader);
    log.connections[0]!.end();
    client.write("late");
    await textOf(client);
    await log.heard("released");
    assert.equal(reader.text, "");
  });

  Deno.test(`${engine}: end() does not wait for somebody who does not read`, async () => {
    const log = new Log();
    await using listener = await start(log);
    const client = await Deno.connectTls({
      hostname: host,
      port: listener.port,
      caCerts: [pair.certPem],
    });
    await client.handshake();
    await log.heard("opened");
    const [connection] = log.connections;
    connection!.open(new Reader());
    connection!.write(new Uint8Array(32 << 20), () => {});
    connection!.end(300);
    await log.heard("released");
    client.close();
  });

  Deno.test(`${engine}: pause() holds back what comes, resume() gives it`, async () => {
    const log = new Log();
    await using listener = await start(log);
    const client = await connectTls(listener.port);
    await log.heard("opened");
    const reader = new Reader();
    const [connection] = log.connections;
    connection!.open(reader);
    client.write("a");
    await reader.changes.until(() => reader.text === "a");
    connection!.pause();
    let sent = 0;
    const chunk = "b".repeat(1 << 20);
    const pour = () => {
      while (sent < 64 && client.write(chunk)) sent++;
    };
    client.on("drain", () => {
      sent++;
      pour();
    });
    pour();
    await exchange(listener.port, log, 20);
    assert(sent < 64, "the sender felt no pressure");
    assert(reader.text.length <= 1 + 64 * 1024, `${reader.text.length} bytes came`);
    connection!.resume();
    await reader.changes.until(() => reader.text.length > 1 << 20);
    client.destroy();
    await log.heard("released", 2);
  });

  Deno.test(`${engine}: the last byte is noticed, however much came before anybody listened`, async (t) => {
    const log = new Log();
    await using listener = await start(log);
    for (const length of [0, 10, 70_000, 140_000, 1_000_000]) {
      for (const when of ["before it is listened to", "while it is paused"]) {
        await t.step(`${length} bytes ${when}`, async () => {
          const others = log.connections.length;
          const client = await connectTls(listener.port);
          await log.heard("opened", others + 1);
          const connection = log.connections.at(-1)!;
          const reader = new Reader();
          if (when === "while it is paused") {
            connection.open(reader);
            connection.pause();
          }
          client.on("data", () => {}); // who does not read does not see the other end
          if (length > 0) client.write("a".repeat(length));
          client.end();
          await exchange(listener.port, log, 1);
          if (when === "while it is paused") connection.resume();
          else connection.open(reader);
          await reader.changes.until(() => reader.reason !== undefined);
          assert.equal(reader.text.length, length);
          client.destroy();
        });
      }
    }
  });

  Deno.test(`${engine}: a refused socket is closed, and nothing else happens`, async () => {
    const log = new Log();
    log.refuse = true;
    await using listener = await start(log);
    const client = net.connect(listener.port, host);
    client.on("error", () => {});
    const closed = new Promise((resolve) => client.once("close", resolve).resume());
    // Deno's own TLS goes on with a handshake after close(), as long as the other end is silent.
    if (engine === "deno") client.end("no handshake");
    await within(closed, 30_000, () => "not closed");
    assert.deepEqual(log.events, [`asked ${host}`]);
  });

  Deno.test(`${engine}: a handshake that fails, stalls, is cut or closed releases once`, async (t) => {
    const log = new Log();
    await using listener = await start(log, { handshakeMs: 500 });
    const attempts: readonly [what: string, act: (socket: net.Socket) => void][] = [
      ["fails", (socket) => socket.write("NICK amy\r\n")],
      ["stalls", (socket) => socket.write(Uint8Array.of(0x16, 3, 1))],
      ["is cut", () => log.cuts.at(-1)?.()],
      ["is ended", (socket) => socket.end()],
      ["is reset", (socket) => socket.resetAndDestroy()],
    ];
    for (const [n, [what, act]] of attempts.entries()) {
      await t.step(what, async () => {
        const socket = net.connect(listener.port, host);
        socket.on("error", () => {});
        await log.heard(`asked ${host}`, n + 1);
        const closed = new Promise((resolve) => socket.once("close", resolve).resume());
        act(socket);
        await log.heard("released", n + 1);
        if (engine === "node") await within(closed, 30_000, () => "not closed");
        socket.destroy();
      });
    }
    assert(!log.events.includes("opened"));
    assert.equal(log.events.filter((event) => event === "released").length, attempts.length);
  });

  Deno.test(`${engine}: however a connection ends, it is closed and released once`, async (t) => {
    const log = new Log();
    await using listener = await start(log);
    const ends: readonly [
      what: string,
      end: (client: tls.TLSSocket, connection: Connection) => void,
    ][] = [
      ["by the client", (client) => client.end()],
      ["by a RST", (client) => client.destroy()],
      ["by destroy()", (_, connection) => connection.destroy()],
      ["by both at once", (client, connection) => {
        client.destroy();
        connection.end();
        connection.destroy();
      }],
    ];
    for (const [n, [what, end]] of ends.entries()) {
      await t.step(what, async () => {
        const client = await connectTls(listener.port);
        await log.heard("opened", n + 1);
        const reader = new Reader();
        log.connections[n]!.open(reader);
        end(client, log.connections[n]!);
        await log.heard("released", n + 1);
        await reader.changes.until(() => reader.reason !== undefined);
        client.destroy();
      });
    }
    assert.equal(log.events.filter((event) => event === "released").length, ends.length);
  });

  Deno.test(`${engine}: agrees on a protocol by ALPN, or on none`, async () => {
    const log = new Log();
    await using listener = await start(log, { alpn: ["one", "two"] });
    for (const [n, [offered, agreed]] of ([[["two"], "two"], [[], undefined]] as const).entries()) {
      const client = await connectTls(listener.port, [...offered]);
      await log.heard("opened", n + 1);
      assert.equal(log.connections[n]!.alpn, agreed);
      log.connections[n]!.open(new Reader());
      client.destroy();
      await log.heard("released", n + 1);
    }
  });

  Deno.test(`${engine}: disposing closes every connection, also within a handshake`, async () => {
    const log = new Log();
    const listener = await start(log);
    const client = await connectTls(listener.port);
    const half = net.connect(listener.port, host);
    half.on("error", () => {});
    await log.heard("opened");
    log.connections[0]!.open(new Reader());
    await log.heard(`asked ${host}`, 2);
    await listener[Symbol.asyncDispose]();
    await log.heard("released", 2);
    await listener[Symbol.asyncDispose]();
    client.destroy();
    half.destroy();
  });

  Deno.test(`${engine}: says why it cannot have a port`, async () => {
    await using listener = await start(new Log());
    await assert.rejects(start(new Log(), { port: listener.port }), { code: "EADDRINUSE" });
  });
}
