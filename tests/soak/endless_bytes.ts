/** Strangers who send bytes without end: after the end, without a line end, in lines, in empty lines. @module */
import { freePort } from "../helpers/free_port.ts";
import { IrcClient } from "../helpers/irc_client.ts";
import { startServer } from "../helpers/server.ts";
import type { Attack, Figure } from "./attack.ts";
import { startGoodClient } from "./good_client.ts";
import { memoryPeakMiB } from "./memory.ts";

const FLOODERS = 8;
const CHUNK_BYTES = 64 * 1024;
const MAX_GROWTH_MIB = 200;
const MAX_P99_MS = 50;

const FLOODS: readonly (readonly [what: string, start: string, line: string])[] = [
  ["after QUIT", "NICK x\r\nUSER x 0 * :x\r\nQUIT\r\n", "x"],
  ["after an HTTP request", "GET / HTTP/1.1\r\n\r\n", "y"],
  ["without a line end", "", "z"],
  ["in lines", "NICK x\r\n", "PING x\r\n"],
  ["in empty lines", "~:help:\n", "\r\n"],
];

/** See the module's text. */
export const endlessBytes: Attack = {
  name: "endless-bytes",
  summary: `${FLOODERS} strangers send as many bytes as they can, to both ports`,
  async run({ budgetMs }) {
    const plain = freePort();
    const flags = ["--guests", "--plain", String(plain), "--slots", "50"];
    await using server = await startServer({ flags });
    const figures: Figure[] = [];
    const before = await memoryPeakMiB(server.chat.child.pid);
    const eachMs = budgetMs / FLOODS.length / 2;
    for (const [what, start, line] of FLOODS) {
      for (const port of [server.port, plain]) {
        const good = await startGoodClient({ port: server.port, nick: "good", from: "127.9.9.9" });
        const chunk = new TextEncoder().encode(line.repeat(CHUNK_BYTES / line.length));
        const end = performance.now() + eachMs;
        const flood = (n: number) =>
          floodOn({ port, plain: port === plain, from: `127.8.0.${n + 1}` }, { start, chunk, end });
        await Promise.all(Array.from({ length: FLOODERS }, (_, n) => flood(n)));
        const { p99 } = await good.stop();
        figures.push({
          what: `${what}, ${port === plain ? "plain" : "TLS"}: p99 of a guest's PING`,
          figure: `${p99.toFixed(1)} ms`,
          limit: `${MAX_P99_MS} ms`,
          isMet: p99 < MAX_P99_MS,
        });
      }
    }
    const growth = await memoryPeakMiB(server.chat.child.pid) - before;
    return [...figures, {
      what: "growth of the server's memory at its peak",
      figure: `${growth.toFixed(0)} MiB`,
      limit: `${MAX_GROWTH_MIB} MiB`,
      isMet: growth < MAX_GROWTH_MIB,
    }];
  },
};

interface Flood {
  readonly start: string;
  readonly chunk: Uint8Array;
  /** When to stop, by `performance.now()`. */
  readonly end: number;
}

/** Floods, and reconnects as soon as it is disconnected. */
async function floodOn(
  where: { readonly port: number; readonly plain: boolean; readonly from: string },
  { start, chunk, end }: Flood,
): Promise<void> {
  while (performance.now() < end) {
    try {
      await using client = await IrcClient.connect(where);
      client.send(start);
      while (!client.isClosed && performance.now() < end) {
        if (!client.socket.writableNeedDrain) client.socket.write(chunk);
        await new Promise((resolve) => setTimeout(resolve, 0));
      }
    } catch {
      // refused or disconnected: it reconnects
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
