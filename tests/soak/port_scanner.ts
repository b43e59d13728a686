/** A port scanner, and a load balancer's health check: connections that close before or within their first line. @module */
import net from "node:net";
import { once } from "node:events";
import { IrcClient } from "../helpers/irc_client.ts";
import { freePort, runChat, startServer } from "../helpers/mod.ts";
import type { Attack, Figure } from "./attack.ts";

const CONNECTIONS = 1_000;
const LIMIT_MS = 1_000;

/** What is sent before closing: nothing, the start of a TLS record, half a hello, half a line. */
const BEGINNINGS = ["", "\x16\x03\x01", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "NI"];

/** See the module's text. */
export const portScanner: Attack = {
  name: "port-scanner",
  summary:
    `${CONNECTIONS} connections to each port that close without a byte, or within the first ones`,
  async run() {
    const figures: Figure[] = [];
    for (const engine of ["node", "deno"]) figures.push(...await scan(engine));
    return figures;
  },
};

async function scan(engine: string): Promise<Figure[]> {
  const plain = freePort();
  const flags = ["--guests", "--plain", String(plain), "--tls-engine", engine, "--limits", "off"];
  await using server = await startServer({ flags });
  let slowest = 0;
  for (let n = 0; n < CONNECTIONS; n++) {
    const beginning = BEGINNINGS[n % BEGINNINGS.length]!;
    await Promise.all([server.port, plain].map((port) => knock(port, beginning, n % 8 < 4)));
    if (n % 100 === 99) slowest = Math.max(slowest, await enter(server.port));
  }
  const { stdout } = await runChat(["admin", "--data", server.data, "connections"]);
  const used = /(\d+) of 20 slots in use/.exec(stdout)?.[1] ?? stdout;
  return [
    {
      what: `--tls-engine ${engine}: slots in use after it`,
      figure: used,
      limit: "0",
      isMet: used === "0",
    },
    {
      what: `--tls-engine ${engine}: slowest way in meanwhile`,
      figure: `${slowest.toFixed(0)} ms`,
      limit: `${LIMIT_MS} ms`,
      isMet: slowest < LIMIT_MS,
    },
  ];
}

async function knock(port: number, beginning: string, byReset: boolean): Promise<void> {
  const socket = net.connect({ host: "127.0.0.1", port });
  socket.on("error", () => {}); // refused or reset: "close" follows
  const closed = once(socket, "close");
  socket.once("connect", () => {
    const leave = () => byReset ? socket.resetAndDestroy() : socket.destroy();
    if (beginning === "") leave();
    else socket.write(beginning, "latin1", leave);
  });
  await closed;
}

async function enter(port: number): Promise<number> {
  const before = performance.now();
  for (;;) {
    try {
      await using client = await IrcClient.connect({ port });
      await client.enter("amy");
      return performance.now() - before;
    } catch (error) {
      if (performance.now() - before > 10 * LIMIT_MS) throw error;
    }
  }
}
