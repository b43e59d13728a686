/** Crowds take every file descriptor of a server that may have 64, and leave again. @module */
import { crowdAt } from "../helpers/crowd.ts";
import { recovery, startTightServer } from "../helpers/descriptors.ts";
import type { Attack, Figure } from "./attack.ts";

const CROWD = 400;
const LIMIT_MS = 5_000;

/** See the module's text. */
export const descriptors: Attack = {
  name: "descriptors",
  summary: `crowds of ${CROWD} at each port of a server with ulimit -n 64, which then hang up`,
  async run({ budgetMs }) {
    const figures: Figure[] = [];
    for (const engine of ["node", "deno"]) figures.push(...await crowds(engine, budgetMs / 2));
    return figures;
  },
};

async function crowds(engine: string, budgetMs: number): Promise<Figure[]> {
  await using tight = await startTightServer(engine);
  const end = performance.now() + budgetMs;
  const slowest: Record<string, number> = {};
  const ports = [tight.server.port, tight.plain, tight.metrics];
  let rounds = 0;
  do {
    const here = rounds % 4 === 3 ? ports : [ports[rounds % 4]!];
    const all = await Promise.all(here.map((port) => crowdAt(port, CROWD)));
    await Promise.all(all.map((crowd) => crowd[Symbol.asyncDispose]()));
    for (const [name, ms] of Object.entries(await recovery(tight))) {
      slowest[name] = Math.max(slowest[name] ?? 0, ms);
    }
    rounds++;
  } while (performance.now() < end);
  return Object.entries(slowest).map(([name, ms]) => ({
    what: `--tls-engine ${engine}, ${rounds} crowds: slowest way in again by ${name}`,
    figure: `${(ms / 1_000).toFixed(1)} s`,
    limit: `${LIMIT_MS / 1_000} s`,
    isMet: ms < LIMIT_MS,
  }));
}
