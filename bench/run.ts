/**
 * `deno task bench`: what a server handles, as a table; and beside other servers, if a load generator is available.
 *
 *     deno task bench [--quick] [--no-peers]
 *
 * @module
 */
import { parseArgs } from "node:util";
import { measureLoad } from "./chat_load.ts";
import { comparePeers, defaultGenerator, obstacle } from "./peers.ts";

const WHOLE = { messages: 20_000, clients: [20, 200, 1_000], seconds: 10, idle: 1_000 };
const QUICK = { messages: 1_000, clients: [20], seconds: 1, idle: 50 };

const { values } = parseArgs({
  args: Deno.args,
  options: {
    quick: { type: "boolean", default: false },
    peers: { type: "boolean", default: true },
  },
  allowNegative: true,
});

const figures = await measureLoad(values.quick ? QUICK : WHOLE);
const { hardwareConcurrency } = navigator;
console.log(
  `chat serve, history on, TLS 1.3; server and load on one machine (${hardwareConcurrency} cores)\n`,
);
console.log("| what | figure |\n| --- | ---: |");
for (const { what, figure } of figures) console.log(`| ${what} | ${figure} |`);

if (values.peers) {
  const generator = defaultGenerator();
  const why = await obstacle(generator);
  if (why !== undefined) console.log(`\nNot compared with other servers: ${why}.`);
  else {
    const only = values.quick ? "tput20 conn1000" : undefined;
    Deno.exitCode = await comparePeers({ generator, runs: values.quick ? 1 : 3, only });
  }
}
