/**
 * Why a tool cannot be started, with advice for the user.
 *
 * @module
 */
import { delimiter, join } from "node:path";
import { messageOf } from "../ground/message_of.ts";
import { MediaError } from "./errors.ts";

const ANY_EXECUTE_BIT = 0o111;

/** The two programs, by the names that `--allow-run` lists. */
export type Tool = "ffmpeg" | "ffplay";

/**
 * Turns what starting a tool threw into an error for people. Deno says "not found" also for a file that is not executable: a
 * look at the file distinguishes the two.
 *
 * Needs `--allow-env=PATH` and `--allow-read` to look; without them the message names both.
 */
export function startError(tool: Tool, cause: unknown): MediaError {
  const message = messageOf(cause);
  if (cause instanceof Deno.errors.NotCapable) {
    const why = `not allowed, or not installed when this program started`;
    return new MediaError("not-allowed", `Cannot start ${tool}: ${why}`, { cause });
  }
  if (!(cause instanceof Deno.errors.NotFound)) {
    return new MediaError("not-executable", `Cannot start ${tool}: ${message}`, { cause });
  }
  const found = tryFind(tool);
  if (found === undefined) {
    const text = `Cannot find ${tool}, or it may not be run: install FFmpeg`;
    return new MediaError("missing", text, { cause });
  }
  if (found === "nowhere") {
    return new MediaError("missing", `Cannot find ${tool}: install FFmpeg`, { cause });
  }
  const why = found.mayRun ? message : "it is not an executable file";
  return new MediaError("not-executable", `Cannot start ${found.path}: ${why}`, { cause });
}

interface Found {
  readonly path: string;
  readonly mayRun: boolean;
}

/** The first file of that name in the folders of PATH; `undefined` without permission to look. */
function tryFind(tool: Tool): Found | "nowhere" | undefined {
  const isGranted = (permission: Deno.PermissionDescriptor) =>
    Deno.permissions.querySync(permission).state === "granted";
  if (!isGranted({ name: "env", variable: "PATH" })) return undefined;
  const isWindows = Deno.build.os === "windows";
  let isWholeSeen = true;
  for (const folder of (Deno.env.get("PATH") ?? "").split(delimiter)) {
    const path = join(folder, isWindows ? `${tool}.exe` : tool);
    if (folder === "") continue;
    if (!isGranted({ name: "read", path })) {
      isWholeSeen = false;
      continue;
    }
    try {
      const { isFile, mode } = Deno.statSync(path);
      if (isFile) return { path, mayRun: isWindows || ((mode ?? 0) & ANY_EXECUTE_BIT) !== 0 };
    } catch {
      // Not here, or in a folder without access: then it cannot be run either.
    }
  }
  return isWholeSeen ? "nowhere" : undefined;
}
