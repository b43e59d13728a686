import assert from "node:assert/strict";
import { once } from "node:events";
import net from "node:net";
import { IrcClient } from "../helpers/irc_client.ts";
import { type RunningServer, startServer } from "../helpers/mod.ts";
import { residentMb } from "../helpers/processes.ts";

const AT_ONCE = 500;

/** Connects `AT_ONCE` times and hangs up. */
async function crowd({ port }: RunningServer): Promise<void> {
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    const socket = net.connect({ host: "127.0.0.1", port });
    socket.on("error", () => {}); // refused sockets are reset
    const closed = once(socket, "close");
    socket.once("connect", () => socket.destroy());
    await closed;
  }));
}

Deno.test({
  name: "40,000 connections from one address cost little memory, and nobody else their way in",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    await using server = await startServer({ flags: ["--guests"] });
    const before = await residentMb(server.chat.child.pid);
    for (let n = 0; n < 40_000; n += AT_ONCE) await crowd(server);
    const grown = await residentMb(server.chat.child.pid) - before;
    // The first 10,000 cost about 100 MiB, whatever comes after; 10 KB kept for each would be 400.
    assert(grown < 200, `grown by ${grown} MiB`);
    await using amy = await IrcClient.connect({ port: server.port, from: "127.0.0.2" });
    await amy.enter("amy");
  },
});
