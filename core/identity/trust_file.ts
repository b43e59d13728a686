/**
 * A file of remembered trust: an entry a line, fields apart by spaces, `#` begins a comment. People
 * may edit it; what is not understood stays as it is.
 *
 * @module
 */
import { dirname } from "node:path";
import { readTextIfThere, withFileLock, writeFileAtomic } from "./atomic_file.ts";
import { fileFault } from "./identity_error.ts";

/** What {@linkcode updateTrustFile} does with the lines: new ones, or none to leave the file alone. */
export interface TrustUpdate<T> {
  /** All lines that the file is to have. */
  readonly lines?: readonly string[];
  /** What the caller gets. */
  readonly result: T;
}

/**
 * The lines of the file at `path`, without their ends; none when there is no file.
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
 * Reads, changes and writes the file at `path` with nobody in between, not even another process.
 * The folder is made when it is missing (mode 0700), as is the file (0600).
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

/** A time as {@linkcode formatTime} writes it; undefined when it is none. */
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
