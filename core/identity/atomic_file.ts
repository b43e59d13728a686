/**
 * Atomic writes of small files, and a lock for one writer at a time.
 *
 * @module
 */
import { dirname } from "node:path";
import { FileError, readRegularText } from "../ground/regular_file.ts";

/**
 * Creates or replaces `path`: a temporary file in the same folder is written, flushed to the
 * disk and renamed. After a crash the file is the old one or the new one. Needs `--allow-read` and
 * `--allow-write` for the folder.
 *
 * A symbolic link at `path` is followed and stays a link.
 */
export async function writeFileAtomic(
  path: string,
  text: string,
  options: { readonly mode: number },
): Promise<void> {
  const target = await realPath(path);
  const temporary = `${target}.${crypto.randomUUID().slice(0, 8)}.tmp`;
  try {
    await writeFileFlushed(temporary, text, options);
    await Deno.rename(temporary, target);
  } catch (error) {
    await removeIfThere(temporary);
    throw error;
  }
  await flushFolder(target);
}

/** Writes a new file and flushes it to the disk; fails when `path` exists. */
export async function writeFileFlushed(
  path: string,
  text: string,
  { mode }: { readonly mode: number },
): Promise<void> {
  using file = await Deno.open(path, { write: true, createNew: true, mode });
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
  await file.sync();
}

/**
 * Runs `work` while holding the lock of `path`, which excludes other processes and other calls in this one.
 * It is a lock of the operating system on `path` + `.lock`, so it ends with the process that holds it;
 * the lock file is removed afterwards.
 */
export async function withFileLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  const lockPath = `${path}.lock`;
  while (true) {
    using file = await Deno.open(lockPath, { write: true, create: true, mode: 0o600 });
    await file.lock(true);
    if (!await isStillAt(lockPath, file)) continue; // the previous holder has removed it
    try {
      return await work();
    } finally {
      if (Deno.build.os !== "windows") await removeIfThere(lockPath);
    }
  }
}

/**
 * Reads a text file; undefined when it does not exist.
 *
 * @throws {FileError} When `path` is not a regular file, or a dangling link.
 */
export async function readTextIfThere(path: string): Promise<string | undefined> {
  try {
    return await readRegularText(path);
  } catch (error) {
    if (error instanceof FileError && error.fault === "missing") return undefined;
    throw error;
  }
}

/** Removes a file or an empty folder if it exists. */
async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Flushes the folder of `path`, so that a rename survives a power loss. */
export async function flushFolder(path: string): Promise<void> {
  if (Deno.build.os === "windows") return; // folders cannot be opened there
  using file = await Deno.open(dirname(path));
  await file.sync();
}

async function realPath(path: string): Promise<string> {
  try {
    return await Deno.realPath(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return path;
    throw error;
  }
}

async function isStillAt(path: string, file: Deno.FsFile): Promise<boolean> {
  if (Deno.build.os === "windows") return true; // never removed there
  try {
    return (await Deno.stat(path)).ino === (await file.stat()).ino;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
