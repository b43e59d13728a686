/** Strangers from many addresses fill every slot, again and again, while members come and go. @module */
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { IrcClient } from "../helpers/irc_client.ts";
import { startServer } from "../helpers/server.ts";
import { tempDir } from "../helpers/temp_dir.ts";
import type { Attack } from "./attack.ts";
import { loopback, makeMembers, PASSWORD } from "./members.ts";

/** See the module's text. */
export const strangers: Attack = {
  name: "strangers",
  summary: "strangers from 5 and from 100 addresses keep all 20 slots while members sign in",
  async run({ budgetMs }) {
    const figures = [];
    for (const addresses of [5, 100]) figures.push(...await crowd(addresses, budgetMs / 2));
    return figures;
  },
};

async function crowd(addresses: number, budgetMs: number) {
  await using folder = await tempDir();
  const data = join(folder.path, "data");
  await makeMembers(data, 2);
  await using server = await startServer({ data });
  const end = performance.now() + budgetMs;
  const until = () => performance.now() < end;
  await member(server.port, 0, "127.0.0.1");
  const crowding = Array.from({ length: addresses }, (_, n) => occupy(server.port, n, until));
  const known: number[] = [], fresh: number[] = [];
  for (let n = 0; until(); n++) {
    known.push(await member(server.port, 0, "127.0.0.1", until));
    fresh.push(await member(server.port, 1, `127.2.0.${1 + n % 250}`, until));
  }
  await Promise.all(crowding);
  const slowest = (times: readonly number[]) => Math.max(...times.slice(0, -1));
  return [
    {
      what: `${addresses} addresses: slowest of ${known.length} sign-ins from a known address`,
      figure: `${(slowest(known) / 1_000).toFixed(1)} s`,
      limit: "5 s",
      isMet: slowest(known) < 5_000,
    },
    {
      what: `${addresses} addresses: slowest of ${fresh.length} sign-ins from a new address`,
      figure: `${(slowest(fresh) / 1_000).toFixed(1)} s`,
      ...(addresses <= 20 && { limit: "5 s" }),
      isMet: addresses > 20 || slowest(fresh) < 5_000,
    },
  ];
}

/** Holds four connections, and reconnects as soon as one is closed. */
async function occupy(port: number, n: number, until: () => boolean): Promise<void> {
  await Promise.all(Array.from({ length: 4 }, async (_, own) => {
    while (until()) {
      try {
        await using client = await IrcClient.connect({ port, from: loopback(n) });
        client.say(`NICK s${n}-${own}`, "USER s 0 * :s");
        await Promise.race([client.closed, pause(1_000 * (1 + own))]);
      } catch {
        // refused or disconnected: that is what is measured
      }
      await pause(100);
    }
  }));
}

/** How long a member needs to sign in, trying every 200 ms. */
async function member(port: number, n: number, from: string, until = () => true): Promise<number> {
  const before = performance.now();
  while (until()) {
    try {
      await using client = await IrcClient.connect({ port, from });
      client.say(`PASS member${n}:${PASSWORD}`, `NICK member${n}`, "USER m 0 * :m");
      const isIn = client.expect(/ 001 /).then(() => true);
      if (await Promise.race([isIn, client.closed.then(() => false)])) {
        return performance.now() - before;
      }
    } catch {
      // refused: it reconnects
    }
    await pause(200);
  }
  return performance.now() - before;
}
