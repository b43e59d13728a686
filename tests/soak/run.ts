/**
 * `deno task soak [--seconds N] [NAME...]`: attacks on the real program, each bounded in time, and a table of figures.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { within } from "../helpers/deadline.ts";
import type { Attack, Figure } from "./attack.ts";
import { ATTACKS } from "./attacks.ts";

const DEFAULT_SECONDS = 60;
/** Extra time for an attack to clean up. */
const GRACE_MS = 60_000;

if (import.meta.main) Deno.exit(await main());

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    args: Deno.args,
    options: { seconds: { type: "string", default: String(DEFAULT_SECONDS) } },
    allowPositionals: true,
  });
  const seconds = Number(values.seconds);
  const unknown = positionals.filter((name) => !ATTACKS.some((attack) => attack.name === name));
  if (!(seconds > 0) || unknown.length > 0) {
    const names = ATTACKS.map(({ name, summary }) => `  ${name}: ${summary}`).join("\n");
    console.error(`Usage: deno task soak [--seconds N] [NAME...]\n${names}`);
    return 2;
  }
  const chosen = ATTACKS.filter(({ name }) =>
    positionals.length === 0 || positionals.includes(name)
  );
  const rows: { readonly attack: string; readonly figure: Figure }[] = [];
  for (const attack of chosen) {
    console.error(`${attack.name}: ${attack.summary}`);
    for (const figure of await runAttack(attack, seconds * 1_000)) {
      rows.push({ attack: attack.name, figure });
    }
  }
  console.log("| attack | what | figure | limit | met |\n| --- | --- | ---: | ---: | --- |");
  for (const { attack, figure: { what, figure, limit = "", isMet } } of rows) {
    console.log(`| ${attack} | ${what} | ${figure} | ${limit} | ${isMet ? "yes" : "NO"} |`);
  }
  const failed = rows.filter(({ figure }) => !figure.isMet).length;
  console.log(`\n${rows.length - failed} met, ${failed} not met`);
  return failed > 0 ? 1 : 0;
}

async function runAttack(attack: Attack, budgetMs: number): Promise<readonly Figure[]> {
  try {
    const limitMs = budgetMs + GRACE_MS;
    return await within(attack.run({ budgetMs }), limitMs, () => `not over after ${limitMs} ms`);
  } catch (error) {
    console.error(error);
    const figure = error instanceof Error ? error.message.split("\n", 1)[0]! : String(error);
    return [{ what: "the attack itself", figure, limit: "ends by itself", isMet: false }];
  }
}
