/**
 * `chat serve` beside ngircd and InspIRCd, in one run, under a load generator that belongs to none of them: only so are
 * the figures comparable.
 *
 *     deno run -P=tools bench/peers.ts [--generator DIR] [--runs 3] [--only "tput20 lat20"]
 *
 * The generator (`fanout.c` and its scripts, for `make` and a C compiler with OpenSSL) is expected in
 * `../shared/bench`, or in the folder that CHAT_BENCH_GENERATOR names; it is built in a temporary folder.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { dirname, join } from "node:path";
import { V8_FLAGS } from "../scripts/permissions.ts";
import { ROOT, tempDir } from "../tests/helpers/mod.ts";

const PEERS = ["ngircd", "inspircd"];
const TOOLS = ["make", "cc", "bash", "openssl", ...PEERS];
const PERMISSIONS = ["-P=chat", V8_FLAGS];

/** What to measure, and with what. */
export interface PeersOptions {
  readonly generator: string;
  readonly runs: number;
  /** Names of the generator's scenarios; all by default. */
  readonly only?: string | undefined;
}

/** Default folder of the generator. */
export function defaultGenerator(): string {
  return Deno.env.get("CHAT_BENCH_GENERATOR") ?? join(ROOT, "..", "shared", "bench");
}

/** Why the comparison cannot be made here; `undefined` when it can. */
export async function obstacle(generator: string): Promise<string | undefined> {
  const files = ["fanout.c", "run_peers.sh", "Makefile"];
  for (const file of files) {
    const isThere = await Deno.stat(join(generator, file)).then(() => true, () => false);
    if (!isThere) {
      return `there is no load generator in ${generator} (${file} is missing): ` +
        "say where by --generator DIR or CHAT_BENCH_GENERATOR";
    }
  }
  const path = (Deno.env.get("PATH") ?? "").split(":").concat("/usr/sbin");
  const missing = [];
  for (const tool of TOOLS) {
    const found = await Promise.all(
      path.map((dir) => Deno.stat(join(dir, tool)).then(() => true, () => false)),
    );
    if (!found.includes(true)) missing.push(tool);
  }
  return missing.length === 0 ? undefined : `not installed: ${missing.join(", ")}`;
}

/** Runs the comparison; its tables go to standard output. Gives the exit code. */
export async function comparePeers({ generator, runs, only }: PeersOptions): Promise<number> {
  await using folder = await tempDir();
  const work = join(folder.path, "generator");
  await copyFolder(generator, work);
  const start = join(folder.path, "start.sh");
  await Deno.writeTextFile(start, startScript(folder.path), { mode: 0o755 });
  const { code } = await new Deno.Command("bash", {
    args: [join(work, "run_peers.sh"), ...PEERS, `chat:irc:${start}`],
    env: {
      RUNS: String(runs),
      OUT: join(folder.path, "results.jsonl"),
      PATH: `${dirname(Deno.execPath())}:${Deno.env.get("PATH") ?? ""}:/usr/sbin`,
      ...(only === undefined ? {} : { ONLY: only }),
    },
  }).spawn().status;
  return code;
}

/** Serves on the port it is given, with a database and a certificate of its own. */
function startScript(dir: string): string {
  const serve = [Deno.execPath(), "run", "-q", ...PERMISSIONS, "main.ts", "serve"];
  return [
    "#!/bin/sh",
    `data=$(mktemp -d ${dir}/server.XXXXXX)`,
    `cd '${ROOT}'`,
    `exec ${serve.join(" ")} "$1" --host 127.0.0.1 --certs "$data" --data "$data" \\`,
    "  --guests --limits off --slots 20000",
    "",
  ].join("\n");
}

async function copyFolder(from: string, to: string): Promise<void> {
  await Deno.mkdir(to);
  for await (const { name, isDirectory, isFile } of Deno.readDir(from)) {
    if (isDirectory) await copyFolder(join(from, name), join(to, name));
    else if (isFile && !name.endsWith(".o") && name !== "fanout") {
      await Deno.copyFile(join(from, name), join(to, name));
    }
  }
}

if (import.meta.main) {
  const { values } = parseArgs({
    args: Deno.args,
    options: {
      generator: { type: "string", default: defaultGenerator() },
      runs: { type: "string", default: "3" },
      only: { type: "string" },
    },
  });
  const why = await obstacle(values.generator);
  if (why !== undefined) {
    console.error(`Cannot compare with other servers: ${why}`);
    Deno.exitCode = 1;
  } else {
    const { generator, only } = values;
    Deno.exitCode = await comparePeers({ generator, runs: Number(values.runs) || 1, only });
  }
}
