/**
 * The programs that the tests run besides our own, and how to install missing ones.
 *
 * @module
 */
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";

/** A program that must be on the PATH, and the Debian package that brings it. */
export interface NeededProgram {
  readonly binary: string;
  readonly aptPackage: string;
}

/** All programs that the tests run. */
export const TEST_PROGRAMS: readonly NeededProgram[] = [
  { binary: "tmux", aptPackage: "tmux" },
  { binary: "openssl", aptPackage: "openssl" },
  { binary: "ffmpeg", aptPackage: "ffmpeg" },
  { binary: "ffplay", aptPackage: "ffmpeg" },
  { binary: "espeak-ng", aptPackage: "espeak-ng" },
  { binary: "irssi", aptPackage: "irssi" },
  { binary: "nc", aptPackage: "netcat-openbsd" },
  { binary: "ncat", aptPackage: "ncat" },
  { binary: "python3", aptPackage: "python3" },
  { binary: "ip", aptPackage: "iproute2" },
  { binary: "systemd-analyze", aptPackage: "systemd" },
];

/** The `programs` that are not on the PATH. */
export function missingPrograms(programs: readonly NeededProgram[]): readonly NeededProgram[] {
  return programs.filter(({ binary }) => findOnPath(binary) === undefined);
}

/**
 * Installs what is missing with apt-get, when that is possible.
 *
 * @returns A message about what is still missing; undefined when nothing is.
 */
export async function ensurePrograms(
  programs: readonly NeededProgram[],
): Promise<string | undefined> {
  const missing = missingPrograms(programs);
  if (missing.length === 0) return undefined;
  const packages = [...new Set(missing.map(({ aptPackage }) => aptPackage))];
  const advice = `Missing: ${missing.map(({ binary }) => binary).join(", ")}. ` +
    `On Debian or Ubuntu: sudo apt-get install ${packages.join(" ")}`;
  if (Deno.build.os !== "linux" || Deno.uid() !== 0) return advice;
  if (findOnPath("apt-get") === undefined) return advice;

  console.log(`Installing ${packages.join(", ")} ...`);
  const failure = await aptGet(["update"]) ??
    await aptGet(["install", "--yes", "--no-install-recommends", ...packages]);
  if (failure !== undefined) return `${failure}\n${advice}`;
  return missingPrograms(programs).length === 0 ? undefined : advice;
}

/** Runs apt-get without questions; its output is shown only when it fails. */
async function aptGet(args: readonly string[]): Promise<string | undefined> {
  const { success, stdout, stderr } = await new Deno.Command("apt-get", {
    args: ["--quiet", "-o", "DPkg::Lock::Timeout=300", ...args],
    env: { DEBIAN_FRONTEND: "noninteractive" },
    stdin: "null",
  }).output();
  if (success) return undefined;
  const decoder = new TextDecoder();
  return `apt-get ${args.join(" ")} failed:\n${decoder.decode(stdout)}${decoder.decode(stderr)}`;
}

/** The first executable of this name in the folders of PATH. */
export function findOnPath(binary: string): string | undefined {
  const folders = (Deno.env.get("PATH") ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.map((folder) => join(folder, binary)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false; // missing or not readable: look further
  }
}
