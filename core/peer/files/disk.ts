/**
 * Small questions to the disk.
 *
 * @module
 */
import { statfs } from "node:fs/promises";
import { join } from "node:path";
import { TransferError } from "./errors.ts";

/**
 * Free bytes on the disk that `folder` is on; undefined where the system does not say.
 *
 * Needs `--allow-sys=statfs`.
 */
export async function freeBytes(folder: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    return undefined; // some file systems have no answer: then the disk itself says when it is full
  }
}

/** Whether an error of the system means that the disk, or the user's share of it, is full. */
export function isDiskFull(error: unknown): boolean {
  return error instanceof Error && "code" in error &&
    (error.code === "ENOSPC" || error.code === "EDQUOT");
}

/** The error for a disk that does not take what it should. */
export function writeError(cause: unknown): TransferError {
  if (cause instanceof TransferError) return cause;
  return isDiskFull(cause)
    ? new TransferError("no-space", "The receiver's disk is full", { cause })
    : new TransferError("cannot-write", "The receiver cannot write the file", { cause });
}

/**
 * Makes a folder if it is not there, and tries whether it can be written.
 *
 * @returns Its real path.
 * @throws {TransferError} `cannot-write`, `no-space`.
 */
export async function makeFolder(path: string): Promise<string> {
  try {
    await Deno.mkdir(path, { recursive: true });
    // Better known now than after the first file has come.
    await Deno.remove(await Deno.makeTempFile({ dir: path, prefix: ".chat-" }));
    return await Deno.realPath(path);
  } catch (cause) {
    if (isDiskFull(cause)) throw writeError(cause);
    throw new TransferError("cannot-write", `Cannot write into the folder ${path}`, { cause });
  }
}

/**
 * Whether the file system of a folder takes names that differ only in case or in Unicode form for the same. Where that
 * cannot be found out, it may.
 */
export function foldsNames(folder: string): boolean {
  const name = `.chat-\u00e9-${crypto.randomUUID().slice(0, 8)}`;
  const path = join(folder, name);
  try {
    Deno.openSync(path, { write: true, createNew: true }).close();
  } catch {
    return true; // it takes no such name at all
  }
  try {
    const others = [name.toUpperCase(), name.normalize("NFD")];
    return lstatOrNull(path) === null ||
      others.some((other) => lstatOrNull(join(folder, other)) !== null);
  } finally {
    tryRemove(path);
  }
}

/** What is at `path` itself, a link not followed; null when there is nothing to be seen. */
export function lstatOrNull(path: string): Deno.FileInfo | null {
  try {
    return Deno.lstatSync(path);
  } catch {
    return null; // whatever is wrong with it, whoever opens it is told
  }
}

/** Removes a file or a folder with all that is in it, if it can be. */
export function tryRemove(path: string): void {
  try {
    Deno.removeSync(path, { recursive: true });
  } catch {
    // gone already, or it stays: nothing depends on it
  }
}
