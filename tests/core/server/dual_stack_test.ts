import assert from "node:assert/strict";
import { ALL_ADDRESSES, LOOPBACK_ADDRESSES } from "../../../core/net/listen_all.ts";
import { startServer } from "../../../core/server/server.ts";
import { openStore } from "../../../core/store/sqlite/sqlite_store.ts";
import { IrcClient } from "../../helpers/irc_client.ts";
import { UdpClient } from "../../helpers/udp_client.ts";
import { testPair } from "./serving.ts";

async function server(hostname: readonly string[]) {
  await using undo = new AsyncDisposableStack();
  const store = undo.use(openStore(":memory:"));
  const chat = undo.use(
    await startServer({
      tls: { hostname, port: 0, pair: await testPair() },
      plain: { hostname, port: 0 },
      ...{ store, slots: 20, guests: true, limits: false, name: "irc.test" },
    }),
  );
  const owned = undo.move();
  return { chat, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

for (const hostnames of [ALL_ADDRESSES, LOOPBACK_ADDRESSES]) {
  Deno.test(`a server on ${hostnames.join(" and ")} is reached by both, TLS, plain and UDP`, async () => {
    await using running = await server(hostnames);
    const { chat } = running;
    for (const hostname of LOOPBACK_ADDRESSES) {
      for (const plain of [false, true]) {
        const port = plain ? chat.plainPort : chat.port;
        await using client = await IrcClient.connect({ port, hostname, plain });
        await client.enter("amy");
        const [seen] = [...chat.context.connections].map(({ address }) => address);
        assert.equal(seen, hostname);
        client.say("QUIT");
        await client.closed;
      }
    }
    await using caller = await UdpClient.open({ port: chat.plainPort });
    caller.say("bob");
    await caller.expect(/./);
    const seen = [...chat.context.connections].map(({ address }) => address);
    assert.deepEqual(seen, ["127.0.0.1"]);
  });
}

Deno.test("a ban of an IPv4 address holds on a port that is IPv6's as well", async () => {
  await using running = await server(ALL_ADDRESSES);
  const { chat } = running;
  const ban = { mask: "127.0.0.1", reason: "", by: "test", forMs: undefined };
  chat.context.bans.add({ kind: "address", ...ban });
  await using banned = await IrcClient.connect({ port: chat.plainPort, plain: true });
  await banned.expect(/^ERROR :Closing Link: banned/);
  await using other = await IrcClient.connect({
    port: chat.plainPort,
    plain: true,
    hostname: "::1",
  });
  await other.enter("amy");
});
