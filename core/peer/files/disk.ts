/**
 * Small helpers for the file system.
 *
 * @module
 */
import { statfs } from "node:fs/promises";
import { join } from "node:path";
import { TransferError } from "./errors.ts";

/**
 * Free bytes on the disk that `folder` is on; undefined if unknown.
 *
 * Needs `--allow-sys=statfs`.
 */
export async function freeBytes(folder: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    return undefined; // not supported by the file system: writes fail when it is full
  }
}

/** Whether an error of the system means that the disk, or the user's quota, is full. */
export function isDiskFull(error: unknown): boolean {
  return error instanceof Error && "code" in error &&
    (error.code === "ENOSPC" || error.code === "EDQUOT");
}

/** The error for a failed write. */
export function writeError(cause: unknown): TransferError {
  if (cause instanceof TransferError) return cause;
  return isDiskFull(cause)
    ? new TransferError("no-space", "The receiver's disk is full", { cause })
    : new TransferError("cannot-write", "The receiver cannot write the file", { cause });
}

/**
 * Creates a folder if it does not exist, and checks that it is writable.
 *
 * @returns Its real path.
 * @throws {TransferError} `cannot-write`, `no-space`.
 */
export async function makeFolder(path: string): Promise<string> {
  try {
    await Deno.mkdir(path, { recursive: true });
    // Check now rather than fail after the first file has been received.
    await Deno.remove(await Deno.makeTempFile({ dir: path, prefix: ".chat-" }));
    return await Deno.realPath(path);
  } catch (cause) {
    if (isDiskFull(cause)) throw writeError(cause);
    throw new TransferError("cannot-write", `Cannot write into the folder ${path}`, { cause });
  }
}

/**
 * Whether the file system of a folder treats names that differ only in case or in Unicode form as equal. True if
 * unknown.
 */
export function foldsNames(folder: string): boolean {
  const name = `.chat-\u00e9-${crypto.randomUUID().slice(0, 8)}`;
  const path = join(folder, name);
  try {
    Deno.openSync(path, { write: true, createNew: true }).close();
  } catch {
    return true; // unknown: such a name cannot be created
  }
  try {
    const others = [name.toUpperCase(), name.normalize("NFD")];
    return lstatOrNull(path) === null ||
      others.some((other) => lstatOrNull(join(folder, other)) !== null);
  } finally {
    tryRemove(path);
  }
}

/** Information on `path` itself, without following a link; null if it does not exist or cannot be read. */
export function lstatOrNull(path: string): Deno.FileInfo | null {
  try {
    return Deno.lstatSync(path);
  } catch {
    return null; // other errors are reported when it is opened
  }
}

/** Removes a file or a folder with its content, if possible. */
export function tryRemove(path: string): void {
  try {
    Deno.removeSync(path, { recursive: true });
  } catch {
    // removed already, or it stays: nothing depends on it
  }
}
