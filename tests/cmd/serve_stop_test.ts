import assert from "node:assert/strict";
import net from "node:net";
import { once } from "node:events";
import { adminSocketPath } from "../../core/server/doors/admin/protocol.ts";
import { IrcClient } from "../helpers/irc_client.ts";
import { freePort, startServer } from "../helpers/mod.ts";

/** Nobody waits for longer; a machine that is busy with something else makes it more. */
const STOP_MS = 1_500;

/** A connection that neither reads nor hangs up. */
async function deaf(where: net.NetConnectOpts, words = ""): Promise<net.Socket> {
  const socket = net.connect({ ...where, allowHalfOpen: true });
  socket.on("error", () => {}); // the server is gone
  await once(socket, "connect");
  socket.pause();
  if (words !== "") await new Promise((written) => socket.write(words, written));
  return socket;
}

for (const engine of ["node", "deno"]) {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    Deno.test(`${signal} ends chat serve at once, even if clients stay, with --tls-engine ${engine}`, async () => {
      const [plain, metrics] = [freePort(), freePort()];
      const ports = ["--plain", String(plain), "--metrics", String(metrics)];
      await using server = await startServer({
        flags: ["--guests", "--tls-engine", engine, "--limits", "off", ...ports],
      });
      await using amy = await IrcClient.connect({ port: server.port });
      await amy.enter("amy");
      await using bob = await IrcClient.connect({ port: plain, plain: true });
      await bob.enter("bob");
      await using mute = await IrcClient.connect({ port: server.port });
      await mute.enter("mute");
      mute.pause();
      const host = "127.0.0.1";
      const others = await Promise.all([
        deaf({ host, port: server.port }),
        deaf({ host, port: server.port }, "\x16\x03\x01"),
        deaf({ host, port: plain }),
        deaf({ host, port: plain }, "NICK carol\r\nUSER c 0 * :c\r\n"),
        deaf({ host, port: metrics }, "GET /healthz"),
        deaf({ path: adminSocketPath(server.data) }, '{"v":1'),
      ]);
      const told = Promise.all([amy.untilClosed(), bob.untilClosed()]);
      const before = performance.now();
      server.chat.child.kill(signal);
      const { code } = await server.chat.child.status;
      const tookMs = performance.now() - before;
      assert.equal(code, 0);
      for (const lines of await told) {
        assert.equal(lines.at(-1), "ERROR :Closing Link: Server is shutting down");
      }
      assert(tookMs < STOP_MS, `${tookMs} ms`);
      assert(tookMs < STOP_MS, `${tookMs} ms`);
      for (const other of others) other.destroy();
    });
  }
}
