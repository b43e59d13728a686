/** How the real program is started: from its sources, or as the built file. @module */
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { V8_FLAGS } from "../../scripts/permissions.ts";
import { tempDir } from "./temp_dir.ts";

/** The project's folder. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Options for {@linkcode program}. */
export interface ProgramOptions {
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Working folder; the project's by default. */
  readonly cwd?: string;
  /** A built `chat` to run instead of the sources. */
  readonly binary?: string;
  /** A command that runs it, as `ip netns exec NAME` does. */
  readonly within?: readonly string[];
}

/** A command line for `Deno.Command`, tmux or a shell. */
export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

/** `chat ARGS...`, with a home of its own that is removed on dispose. */
export async function program(
  args: readonly string[],
  { env = {}, cwd = ROOT, binary, within = [] }: ProgramOptions = {},
): Promise<Program & AsyncDisposable> {
  const home = await tempDir();
  const sources = [
    "run",
    "-q",
    args[0] === "serve" ? "-P=serve" : "-P=chat",
    V8_FLAGS,
    "--config",
    join(ROOT, "deno.json"),
    "--no-prompt",
  ];
  const whole = [
    ...within,
    binary ?? Deno.execPath(),
    ...(binary === undefined ? [...sources, join(ROOT, "main.ts")] : []),
    ...args,
  ];
  return {
    command: whole[0]!,
    args: whole.slice(1),
    env: { ...ownFolders(home.path), DENO_DIR: denoDir(), ...env },
    cwd,
    [Symbol.asyncDispose]: () => home[Symbol.asyncDispose](),
  };
}

/** HOME is not changed: npm's settings may be there. */
function ownFolders(home: string): Record<string, string> {
  return {
    XDG_CONFIG_HOME: join(home, "config"),
    XDG_DATA_HOME: join(home, "data"),
    XDG_STATE_HOME: join(home, "state"),
    XDG_CACHE_HOME: join(home, "cache"),
  };
}

let knownDenoDir: string | undefined;

/** Deno's own cache, which must stay found when the user's cache folder is moved. */
function denoDir(): string {
  knownDenoDir ??= readDenoDir();
  return knownDenoDir;
}

function readDenoDir(): string {
  const { stdout } = new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).outputSync();
  const info: unknown = JSON.parse(new TextDecoder().decode(stdout));
  if (typeof info === "object" && info !== null && "denoDir" in info) {
    if (typeof info.denoDir === "string") return info.denoDir;
  }
  throw new Error("Cannot find Deno's cache folder in the answer of deno info");
}
