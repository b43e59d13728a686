/**
 * The program's permissions, as deno.json's `permissions.chat` lists them, as command line flags. Tasks use that list
 * directly (`-P=chat`; a server has a shorter one, `-P=serve`); a compiled program contains these flags.
 *
 * @module
 */
import config from "../deno.json" with { type: "json" };

/**
 * V8's young generation gets at most three times 4 MiB, not 16: a server then uses a third less memory for each
 * connection at the same speed. Minor collections start early, and buffers of past reads are freed at once: 1 GiB
 * through the relay took 400 MiB otherwise. The tasks `chat` and `serve` have the same flags.
 */
export const V8_FLAGS = "--v8-flags=" + [
  "--max-semi-space-size=4",
  "--minor-gc-task-trigger=3",
  "--no-concurrent-array-buffer-sweeping",
].join();

/** Deno's configuration accepts this system fact by name, its command line only as part of all. */
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
    // Not a permission, but needed: systemd's socket takes datagrams, which Deno calls unstable.
    ...config.unstable.map((name) => `--unstable-${name}`),
    V8_FLAGS,
  ];
}

/** No flag for false, the bare flag for true, `flag=a,b` for a list. */
function flag(name: string, value: boolean | readonly string[]): readonly string[] {
  if (typeof value !== "boolean") return [`${name}=${value.join(",")}`];
  return value ? [name] : [];
}

if (import.meta.main) console.log(permissionFlags().join(" "));
