/**
 * The program's permissions, as deno.json's `permissions.chat` lists them, in the words of a command
 * line. Tasks use that list directly (`-P=chat`; a server's is shorter, `-P=serve`); what is built carries these flags.
 *
 * @module
 */
import config from "../deno.json" with { type: "json" };

/**
 * New objects get at most three times 4 MiB, not 16: a server then takes a third less memory for each connection,
 * and is no slower for it. They are looked through early, and buffers of past reads are freed at once: 1 GiB through the
 * relay took 400 MiB otherwise. The tasks `chat` and `serve` say the same.
 */
export const V8_FLAGS = "--v8-flags=" + [
  "--max-semi-space-size=4",
  "--minor-gc-task-trigger=3",
  "--no-concurrent-array-buffer-sweeping",
].join();

/** Deno's configuration knows this fact of the system by name, its command line only among all of them. */
const NOT_A_FLAG = "umask";

/** `--allow-net --allow-run=ffmpeg,ffplay ...`, each one argument. */
export function permissionFlags(): readonly string[] {
  const { net, read, write, env, sys, run } = config.permissions.chat;
  return [
    ...flag("--allow-net", net),
    ...flag("--allow-read", read),
    ...flag("--allow-write", write),
    ...flag("--allow-env", env.allow),
    ...flag("--ignore-env", env.ignore),
    ...flag("--allow-sys", sys.includes(NOT_A_FLAG) || sys),
    ...flag("--allow-run", run),
    // Not a permission, but as needed: systemd's socket is one for datagrams, which Deno calls unstable.
    ...config.unstable.map((name) => `--unstable-${name}`),
    V8_FLAGS,
  ];
}

/** Nothing for false, the bare flag for true, and the list for a list. */
function flag(name: string, value: boolean | readonly string[]): readonly string[] {
  if (typeof value !== "boolean") return [`${name}=${value.join(",")}`];
  return value ? [name] : [];
}

if (import.meta.main) console.log(permissionFlags().join(" "));
