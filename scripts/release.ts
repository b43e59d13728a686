/**
 * `deno task release [NAME ...]`: builds the files of a release into dist/, one for each system, and
 * SHA256SUMS beside them. Without names all of them.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import config from "../deno.json" with { type: "json" };

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const FOLDER = join(ROOT, "dist");
const SUMS = "SHA256SUMS";

/** The systems of a release: how people call them, and what `deno compile --target` calls them. */
export const RELEASE_TARGETS: Readonly<Record<string, string>> = {
  "linux-x64": "x86_64-unknown-linux-gnu",
  "linux-arm64": "aarch64-unknown-linux-gnu",
  "macos-x64": "x86_64-apple-darwin",
  "macos-arm64": "aarch64-apple-darwin",
  "windows-x64": "x86_64-pc-windows-msvc",
};

if (import.meta.main) Deno.exit(await main(Deno.args));

async function main(args: readonly string[]): Promise<number> {
  const names = args.length > 0 ? args : Object.keys(RELEASE_TARGETS);
  const unknown = names.find((name) => RELEASE_TARGETS[name] === undefined);
  if (unknown !== undefined) {
    const known = Object.keys(RELEASE_TARGETS).join(", ");
    console.error(`release: no system is called ${unknown}; there are ${known}`);
    return 2;
  }
  await Deno.mkdir(FOLDER, { recursive: true });
  const files: string[] = [];
  for (const name of names) {
    const file = join(FOLDER, releaseFile(name));
    if (!await compileFor(RELEASE_TARGETS[name]!, file)) return 1;
    files.push(file);
  }
  await Deno.writeTextFile(join(FOLDER, SUMS), await checksums(files));
  console.log(`Wrote ${join(FOLDER, SUMS)}`);
  return 0;
}

/** A system's file, e.g. `chat-0.1.0-linux-x64`. */
export function releaseFile(name: string): string {
  return `chat-${config.version}-${name}${name.startsWith("windows") ? ".exe" : ""}`;
}

/** What `sha256sum --check` reads, in the folder of the files. */
export async function checksums(files: readonly string[]): Promise<string> {
  const lines = await Promise.all(files.map(async (file) => {
    const hash = createHash("sha256");
    await pipeline(createReadStream(file), hash);
    return `${hash.digest("hex")}  ${basename(file)}\n`;
  }));
  return lines.join("");
}

async function compileFor(target: string, output: string): Promise<boolean> {
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "-P=tools", "scripts/compile.ts", "--target", target, "--output", output],
    cwd: ROOT,
    stdin: "null",
  }).spawn().status;
  return success;
}
