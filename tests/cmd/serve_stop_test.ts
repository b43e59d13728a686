import assert from "node:assert/strict";
import net from "node:net";
import { once } from "node:events";
import { join } from "node:path";
import { loadPemPair } from "../../core/identity/pem_pair.ts";
import { adminSocketPath } from "../../core/server/doors/admin/protocol.ts";
import { IrcClient } from "../helpers/irc_client.ts";
import { freePort, startServer, tempDir } from "../helpers/mod.ts";
import { ENGINES } from "./serve_support.ts";

const PASSWORD = "correct-horse-7";
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

for (const engine of ENGINES) {
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

Deno.test("chat serve ends within 5 s at SIGTERM and SIGINT: clients are notified, nothing is lost", async (t) => {
  for (const engine of ENGINES) {
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      await t.step(`${signal}, ${engine}`, async () => {
        await using dir = await tempDir();
        const [data, certs] = [join(dir.path, "data"), join(dir.path, "certs")];
        {
          await using server = await startServer({ data, certs, flags: ["--tls-engine", engine] });
          const { port } = server;
          await using amy = await IrcClient.connect({ port });
          await amy.enter("visitor");
          amy.say(`REGISTER amy * ${PASSWORD}`);
          await amy.expect(/ 366 amy #lobby /);
          await using stranger = await IrcClient.connect({ port });
          const caCerts = [(await loadPemPair(certs)).certPem];
          using _deaf = await Deno.connectTls({ hostname: "127.0.0.1", port, caCerts });
          amy.say("PRIVMSG #lobby :last words", "JOIN #own");
          await amy.sync();
          const started = performance.now();
          server.chat.kill(signal);
          const told = await amy.untilClosed();
          assert.equal(told.at(-1), "ERROR :Closing Link: Server is shutting down");
          await stranger.untilClosed();
          assert.equal(await server.chat.exit(5_000), 0);
          assert(performance.now() - started < 5_000);
          assert.doesNotMatch(server.chat.stderr, / (warning|error) /);
        }
        await using again = await startServer({ data, certs });
        await using amy = await IrcClient.connect({ port: again.port });
        amy.say(`PASS amy:${PASSWORD}`, "NICK amy", "USER a 0 * :a", "LIST");
        await amy.expect(/PRIVMSG #lobby :.*last words$/);
        await amy.expect(/ 322 amy #own /);
      });
    }
  }
});
