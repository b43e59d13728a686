/**
 * Behind compile.sh: builds `./chat` with `deno compile` where its runtime is available, else as a file
 * that unpacks itself.
 *
 * @module
 */
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { permissionFlags } from "./permissions.ts";
import { makeSelfUnpacking } from "./self_unpacking.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const RUNTIME_HOST = "https://dl.deno.land/";
const PROBE_MS = 4_000;
const USAGE = "Usage: ./compile.sh [--target TRIPLE] [--output FILE] [--self-unpacking]";

interface Options {
  readonly target: string;
  readonly output: string;
  readonly selfUnpacking: boolean;
}

if (import.meta.main) Deno.exit(await main(Deno.args));

async function main(args: readonly string[]): Promise<number> {
  const options = parseOptions(args);
  if (options === undefined) return 2;
  const isCross = options.target !== Deno.build.target;
  const obstacle = options.selfUnpacking
    ? "--self-unpacking was asked for"
    : await runtimeObstacle(options.target);
  if (obstacle === undefined) return await denoCompile(options);
  if (isCross) {
    console.error(`compile: cannot make a program for ${options.target} here: ${obstacle}`);
    return 1;
  }
  if (Deno.build.os === "windows") {
    console.error(`compile: a self-unpacking file needs a POSIX shell to run, and ${obstacle}`);
    return 1;
  }
  console.log(`Making a self-unpacking file (${obstacle})`);
  return await selfUnpacking(options.output);
}

function parseOptions(args: readonly string[]): Options | undefined {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        target: { type: "string", default: Deno.build.target },
        output: { type: "string", short: "o", default: join(ROOT, "chat") },
        "self-unpacking": { type: "boolean", default: false },
      },
    });
    return {
      target: values.target,
      output: resolve(asExecutable(values.output, values.target)),
      selfUnpacking: values["self-unpacking"],
    };
  } catch (error) {
    console.error(`compile: ${error instanceof Error ? error.message : error}\n${USAGE}`);
    return undefined;
  }
}

/** `deno compile` adds this ending by itself where it is missing. */
function asExecutable(file: string, target: string): string {
  return target.includes("windows") && !file.endsWith(".exe") ? `${file}.exe` : file;
}

/** Why `deno compile` cannot get its runtime; undefined when it can. */
async function runtimeObstacle(target: string): Promise<string | undefined> {
  if (Deno.env.get("DENORT_BIN") !== undefined) return undefined;
  if (await isRuntimeCached(target)) return undefined;
  try {
    const answer = await fetch(RUNTIME_HOST, {
      method: "HEAD",
      signal: AbortSignal.timeout(PROBE_MS),
    });
    await answer.body?.cancel();
    return undefined;
  } catch {
    return `deno compile's runtime cannot be fetched from ${RUNTIME_HOST}, and DENORT_BIN is not set`;
  }
}

async function isRuntimeCached(target: string): Promise<boolean> {
  const info: unknown = JSON.parse((await deno(["info", "--json"])).stdout);
  if (typeof info !== "object" || info === null || !("denoDir" in info)) return false;
  const version = `v${Deno.version.deno}`;
  const zip = join(String(info.denoDir), "dl", "release", version, `denort-${target}.zip`);
  return await Deno.stat(zip).then(() => true, () => false);
}

async function denoCompile({ target, output }: Options): Promise<number> {
  const main = join(ROOT, "main.ts");
  const flags = ["-q", "--no-prompt", "--target", target, ...permissionFlags()];
  const { code, stderr } = await deno(["compile", ...flags, "--output", output, main]);
  if (code !== 0) console.error(`compile: deno compile failed\n${stderr}`);
  else await announce(output);
  return code === 0 ? 0 : 1;
}

async function selfUnpacking(output: string): Promise<number> {
  const bundle = await Deno.makeTempFile({ prefix: "chat-", suffix: ".js" });
  try {
    const { code, stderr } = await deno([
      ...["bundle", "-q", "--platform", "deno", "--minify", "--keep-names"],
      ...["--output", bundle, join(ROOT, "main.ts")],
    ]);
    if (code !== 0) {
      console.error(`compile: deno bundle failed\n${stderr}`);
      return 1;
    }
    await giveRequire(bundle);
    await makeSelfUnpacking({
      output,
      program: bundle,
      runtime: Deno.execPath(),
      permissions: permissionFlags(),
    });
  } finally {
    await Deno.remove(bundle);
  }
  await announce(output);
  return 0;
}

/** CommonJS packages in the bundle call `require()` for Node's built-ins, which modules do not have. */
async function giveRequire(bundle: string): Promise<void> {
  const banner = 'import { createRequire } from "node:module";' +
    "const require = createRequire(import.meta.url);\n";
  await Deno.writeTextFile(bundle, banner + await Deno.readTextFile(bundle));
}

async function announce(output: string): Promise<void> {
  const { size } = await Deno.stat(output);
  console.log(`Made ${output} (${(size / 1e6).toFixed(1)} MB)`);
}

async function deno(args: readonly string[]): Promise<{
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: ROOT,
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}
