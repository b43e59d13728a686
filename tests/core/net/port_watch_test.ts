import assert from "node:assert/strict";
import { once } from "node:events";
import net from "node:net";
import { PortWatch } from "../../../core/net/port_watch.ts";
import { eventually } from "../../helpers/eventually.ts";

/** A port of `node:net` with a watch, that can be made deaf: connections are made, and nobody accepts them. */
async function watchedPort() {
  const log: (string | undefined)[] = [];
  const others: net.Socket[] = [];
  let accepted = 0, renewals = 0;
  let server: net.Server;
  const listen = async (port: number) => {
    server = net.createServer(async (socket) => {
      accepted++;
      if (await watch.isOwn(socket)) socket.destroy();
      else others.push(socket);
    });
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
  };
  await listen(0);
  const bound = server!.address();
  assert(bound && typeof bound === "object");
  const { port } = bound;
  let deaf: Deno.TcpListener | undefined;
  const watch = new PortWatch({
    hostname: "127.0.0.1",
    port,
    accepted: () => accepted,
    async renew() {
      renewals++;
      deaf?.close();
      await listen(port);
    },
    changed: (trouble) => log.push(trouble),
  });
  return {
    ...{ port, log, others, watch },
    get accepted() {
      return accepted;
    },
    get renewals() {
      return renewals;
    },
    async goDeaf() {
      server.close();
      await once(server, "close");
      deaf = Deno.listen({ hostname: "127.0.0.1", port }); // accepts nobody
    },
    async close() {
      server.close();
      await once(server, "close");
    },
    async [Symbol.asyncDispose]() {
      await watch[Symbol.asyncDispose]();
      for (const socket of others) socket.destroy();
      if (server.listening) await this.close();
    },
  };
}

Deno.test("PortWatch listens anew on a port that accepts nobody, and says so once", async () => {
  await using port = await watchedPort();
  await eventually(() => port.accepted === 1, "the port calls itself");
  await port.goDeaf();
  await eventually(() => port.log.length === 2, "the port answers again");
  assert.deepEqual(port.log, [`port ${port.port} does not answer`, undefined]);
  assert.equal(port.renewals, 1);
  assert.equal(port.watch.trouble, undefined);
  assert.deepEqual(port.others, []);
});

Deno.test("PortWatch listens anew on a port that is closed", async () => {
  await using port = await watchedPort();
  await eventually(() => port.accepted === 1, "the port calls itself");
  await port.close();
  await eventually(() => port.log.length === 2, "the port answers again");
  assert.equal(port.renewals, 1);
});

Deno.test("PortWatch tells its own calls from others of the same address", async () => {
  await using port = await watchedPort();
  const callers = Array.from(
    { length: 20 },
    () => net.connect({ host: "127.0.0.1", port: port.port }),
  );
  await eventually(() => port.accepted === 21, "all are accepted");
  await eventually(() => port.others.length === 20, "all but the watch's stay");
  const ports = port.others.map(({ remotePort }) => remotePort).sort();
  assert.deepEqual(ports, callers.map(({ localPort }) => localPort).sort());
  for (const caller of callers) caller.destroy();
});
