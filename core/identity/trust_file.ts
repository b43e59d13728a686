/**
 * A file of trusted keys: one entry per line, fields separated by spaces, `#` begins a comment. Users
 * may edit it; lines that cannot be parsed are preserved.
 *
 * @module
 */
import { dirname } from "node:path";
import { readTextIfThere, withFileLock, writeFileAtomic } from "./atomic_file.ts";
import { fileFault } from "./identity_error.ts";

/** Result of a change for {@linkcode updateTrustFile}. */
export interface TrustUpdate<T> {
  /** All lines of the new file; absent to leave it unchanged. */
  readonly lines?: readonly string[];
  /** The value for the caller. */
  readonly result: T;
}

/**
 * The lines of the file at `path`, without line ends; empty when the file does not exist.
 *
 * @throws {IdentityError} "unreadable"
 */
export async function readTrustFile(path: string): Promise<readonly string[]> {
  try {
    const lines = (await readTextIfThere(path) ?? "").split(/\r?\n/);
    return lines.at(-1) === "" ? lines.slice(0, -1) : lines;
  } catch (error) {
    throw fileFault("read", path, error);
  }
}

/**
 * Reads, changes and writes the file at `path` under its lock, which also excludes other processes.
 * The folder is created if missing (mode 0700), as is the file (0600).
 *
 * @throws {IdentityError} "unreadable" or "unwritable"
 */
export async function updateTrustFile<T>(
  path: string,
  change: (lines: readonly string[]) => TrustUpdate<T>,
): Promise<T> {
  try {
    await Deno.mkdir(dirname(path), { recursive: true, mode: 0o700 });
    return await withFileLock(path, async () => {
      const { lines, result } = change(await readTrustFile(path));
      if (lines !== undefined) {
        await writeFileAtomic(path, lines.map((line) => `${line}\n`).join(""), { mode: 0o600 });
      }
      return result;
    });
  } catch (error) {
    throw fileFault("write", path, error);
  }
}

/** The fields of a line; undefined when it is empty or a comment. */
export function parseFields(line: string): readonly string[] | undefined {
  const fields = line.trim().split(/\s+/);
  const first = fields[0] ?? "";
  return first === "" || first.startsWith("#") ? undefined : fields;
}

/** Parses a time in the form of {@linkcode formatTime}; undefined when it is invalid. */
export function parseTime(text: string | undefined): Date | undefined {
  if (text === undefined || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(text)) {
    return undefined;
  }
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? undefined : time;
}

/** ISO 8601, UTC, to the second. */
export function formatTime(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, "Z");
}
