/** One large transfer through the relay: what it costs the server in memory. @module */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import tls from "node:tls";
import { IrcClient } from "../helpers/irc_client.ts";
import { startServer } from "../helpers/server.ts";
import type { Attack, Figure } from "./attack.ts";
import { memoryPeakMiB } from "./memory.ts";

const TRANSFER_MIB = 1024;
const MAX_PEAK_MIB = 120;
const CHUNK = new Uint8Array(64 * 1024).fill(7);

/** See the module's text. */
export const relayMemory: Attack = {
  name: "relay-memory",
  summary: `${TRANSFER_MIB} MiB go through the relay, with either engine`,
  async run() {
    return [...await transfer("node"), ...await transfer("deno")];
  },
};

async function transfer(engine: string): Promise<Figure[]> {
  await using server = await startServer({ flags: ["--tls-engine", engine] });
  await using amy = await IrcClient.connect({ port: server.port });
  await amy.enter("stranger");
  amy.say("REGISTER amy * correct-horse-7");
  await amy.expect(/ SUCCESS /);
  const rendezvous = randomBytes(32).toString("base64url");
  amy.say(`RELAY ${rendezvous}`);
  await amy.expect(/ OK /);
  const [from, to] = [await meet(server.port, rendezvous), await meet(server.port, rendezvous)];
  await once(from, "data");
  const total = TRANSFER_MIB * 1024 * 1024;
  const arrived = Promise.withResolvers<void>();
  let received = 0;
  to.on("data", (bytes: Uint8Array) => {
    received += bytes.length;
    if (received >= total) arrived.resolve();
  });
  const before = performance.now();
  for (let sent = 0; sent < total; sent += CHUNK.length) {
    if (!from.write(CHUNK)) await once(from, "drain");
  }
  await arrived.promise;
  const speed = TRANSFER_MIB / ((performance.now() - before) / 1_000);
  const peak = await memoryPeakMiB(server.chat.child.pid);
  for (const socket of [from, to]) socket.destroy();
  return [{
    what: `${engine}: the server's memory at its peak, at ${speed.toFixed(0)} MiB/s`,
    figure: `${peak.toFixed(0)} MiB`,
    limit: `${MAX_PEAK_MIB} MiB`,
    isMet: peak < MAX_PEAK_MIB,
  }];
}

async function meet(port: number, rendezvous: string): Promise<tls.TLSSocket> {
  const where = { port, host: "127.0.0.1", rejectUnauthorized: false };
  const socket = tls.connect({ ...where, ALPNProtocols: ["chat-relay/1"] });
  await once(socket, "secureConnect");
  socket.write(`RELAY ${rendezvous}\n`);
  return socket;
}
