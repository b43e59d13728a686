/** A server starts with far more history than `--keep-days` and `--keep-bytes` allow, and deletes most of it. @module */
import { join } from "node:path";
import { freePort } from "../helpers/free_port.ts";
import { startServer } from "../helpers/server.ts";
import { tempDir } from "../helpers/temp_dir.ts";
import type { Attack, AttackOptions, Figure } from "./attack.ts";
import { fillStore } from "./filled_store.ts";
import { type PingTimes, startGoodClient } from "./good_client.ts";

/** Messages that must be deleted per second of the budget. */
const ROWS_PER_SECOND = 10_000;
const MAX_ROWS = 500_000;
const MIB = 1024 ** 2;

export const purge: Attack = {
  name: "purge",
  summary: "makes the server forget most of a long history, by age and by size, while people talk",
  run,
};

async function run({ budgetMs }: AttackOptions): Promise<readonly Figure[]> {
  const rows = Math.min(MAX_ROWS, Math.round(budgetMs / 1_000) * ROWS_PER_SECOND);
  return [
    ...await forget("by age", { rows, flags: ["--keep-days", "30"] }),
    ...await forget("by size", { rows, flags: ["--keep-bytes", "8M"] }),
  ];
}

interface Case {
  readonly rows: number;
  readonly flags: readonly string[];
}

async function forget(what: string, { rows, flags }: Case): Promise<Figure[]> {
  await using folder = await tempDir();
  const data = join(folder.path, "data"), path = join(data, "chat.sqlite");
  await Deno.mkdir(data);
  fillStore(path, rows);
  const plain = ["--guests", "--limits", "off", "--metrics"];
  const metrics = freePort();
  await using server = await startServer({ data, flags: [...plain, String(metrics), ...flags] });
  const startMs = performance.now();
  const client = await startGoodClient({ port: server.port, nick: "good" });
  await untilSmall(metrics, 10 * MIB);
  const seconds = (performance.now() - startMs) / 1_000;
  const times = await client.stop();
  return [
    {
      what: `${what}: messages forgotten a second, of ${rows}`,
      figure: String(Math.round(rows / seconds)),
      limit: "over 10000",
      isMet: rows / seconds > 10_000,
    },
    pings(what, times),
  ];
}

function pings(what: string, { count, p50, p99, max }: PingTimes): Figure {
  const figure = `p50 ${p50.toFixed(1)}, p99 ${p99.toFixed(1)}, worst ${
    max.toFixed(1)
  } ms of ${count}`;
  return { what: `${what}: others' PINGs meanwhile`, figure, limit: "p99 10 ms", isMet: p99 <= 10 };
}

/** Waits until the server reports that the database is small enough. */
async function untilSmall(metrics: number, bytes: number): Promise<void> {
  for (;;) {
    const text = await (await fetch(`http://127.0.0.1:${metrics}/metrics`)).text();
    if (Number(/^chat_store_bytes (\d+)$/m.exec(text)?.[1]) <= bytes) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
