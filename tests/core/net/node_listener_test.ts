import assert from "node:assert/strict";
import net from "node:net";
import tls from "node:tls";
import { makeCertificate } from "../../../core/identity/make_certificate.ts";
import { listenNode } from "../../../core/net/node_listener.ts";
import { connectTls, host, Log, pair, Reader } from "./listening.ts";

Deno.test("node: shows a new certificate to those who come later", async () => {
  const log = new Log();
  const options = { hostname: host, port: 0, handshakeMs: 30_000, admit: log.admit };
  await using listener = await listenNode({ ...options, tls: pair });
  const other = await makeCertificate({ names: ["localhost"], days: 1 });
  const seen: string[] = [];
  for (const certificate of [pair, other]) {
    assert.equal(listener.replaceCertificate(certificate), true);
    const client = await connectTls(listener.port);
    seen.push(client.getPeerCertificate().fingerprint256);
    await log.heard("opened", seen.length);
    log.connections.at(-1)!.open(new Reader());
    client.destroy();
  }
  await log.heard("released", 2);
  assert.equal(new Set(seen).size, 2);
});

Deno.test("node: two callers from one port to two addresses are distinguished", async () => {
  const log = new Log();
  const options = { hostname: "0.0.0.0", port: 0, handshakeMs: 30_000, admit: log.admit };
  await using listener = await listenNode({ ...options, tls: pair });
  const first = net.connect({ host, port: listener.port, localAddress: host });
  await new Promise((resolve) => first.once("connect", resolve));
  const second = net.connect({
    host: "127.0.0.2",
    port: listener.port,
    localAddress: host,
    localPort: first.localPort!,
  });
  const connected = await new Promise<boolean>((resolve) => {
    second.once("connect", () => resolve(true)).once("error", () => resolve(false));
  });
  if (connected) {
    const sockets = [first, second].map((socket) =>
      tls.connect({ socket, rejectUnauthorized: false })
    );
    for (const socket of sockets) socket.on("error", () => {});
    await log.heard("opened", 2);
    const readers = log.connections.map((connection) => {
      const reader = new Reader();
      connection.open(reader);
      return reader;
    });
    sockets[0]!.destroy();
    first.destroy();
    await log.heard("released");
    assert.equal(readers.filter(({ reason }) => reason !== undefined).length, 1);
    sockets[1]!.destroy();
  }
  first.destroy();
  second.destroy();
  await log.heard("released", 2);
});

Deno.test("node: plain TCP", async () => {
  const log = new Log();
  await using listener = await listenNode({
    hostname: host,
    port: 0,
    handshakeMs: 30_000,
    admit: log.admit,
  });
  assert.deepEqual([listener.engine, listener.replaceCertificate(pair)], ["plain", false]);
  const client = net.connect(listener.port, host);
  await log.heard("opened");
  const reader = new Reader();
  log.connections[0]!.open(reader);
  assert.equal(log.connections[0]!.encrypted, false);
  client.write("hello");
  await reader.changes.until(() => reader.text === "hello");
  client.destroy();
  await log.heard("released");
});
