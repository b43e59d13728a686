/**
 * Checks the kind of a file before it is opened: opening a named pipe blocks until it has another end, and reading some
 * devices never ends.
 *
 * @module
 */

import { dirname } from "node:path";

/** Kind of a file. `pipe` is a named one (FIFO). */
export type FileKind = "file" | "folder" | "pipe" | "socket" | "device";

/** Why a file was not opened. */
export type FileFault = "missing" | "dangling-link" | "not-a-file" | "not-a-folder" | "too-large";

/** A path is not a readable regular file. The message says what it is instead, without the path. */
export class FileError extends Error {
  /** The class's name. */
  override readonly name = "FileError";
  /** The message says what is at the path, without the path itself. */
  constructor(
    /** What is wrong. */
    readonly fault: FileFault,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Default limit of text files, in bytes. */
const MAX_TEXT_BYTES = 16 * 1024 * 1024;

const KIND_NAMES: Readonly<Record<FileKind, string>> = {
  file: "a file",
  folder: "a folder",
  pipe: "a named pipe",
  socket: "a socket",
  device: "a device",
};

/** The kind of file that `info` describes. */
export function fileKindOf(info: Deno.FileInfo): FileKind {
  if (info.isDirectory) return "folder";
  if (info.isFifo) return "pipe";
  if (info.isSocket) return "socket";
  if (info.isBlockDevice || info.isCharDevice) return "device";
  return "file";
}

/**
 * The file information of `path`, following links, without opening it. Needs `--allow-read`.
 *
 * @throws {FileError} `missing`, or `dangling-link`, which names the link and its target.
 * @throws {Deno.errors.PermissionDenied} Or another error of the system.
 */
export async function statPath(path: string): Promise<Deno.FileInfo> {
  try {
    return await Deno.stat(path);
  } catch (cause) {
    throw explained(path, cause);
  }
}

/**
 * Like {@linkcode statPath}, for a path that must be a regular file.
 *
 * @throws {FileError} Any fault but `too-large`.
 */
async function statRegularFile(path: string): Promise<Deno.FileInfo> {
  const info = await statPath(path);
  requireRegular(info);
  return info;
}

/** Throws `not-a-file` unless `info` is of a regular file. @throws {FileError} */
export function requireRegular(info: Deno.FileInfo): void {
  const kind = fileKindOf(info);
  if (kind !== "file") {
    throw new FileError("not-a-file", `it is ${KIND_NAMES[kind]}, not a file`);
  }
}

/**
 * Refuses a path for a file that is to be appended to if it is something else; a missing one is fine. Needs
 * `--allow-read`.
 *
 * @throws {FileError} `not-a-file`.
 * @throws {Deno.errors.PermissionDenied} Or another error of the system.
 */
export function requireRegularIfExists(path: string): void {
  try {
    requireRegular(Deno.statSync(path));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/**
 * Reads a regular file as UTF-8 text. Needs `--allow-read`.
 *
 * @throws {FileError} Any fault.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readRegularText } from "./regular_file.ts";
 * await assert.rejects(readRegularText("/dev/zero"), { message: "it is a device, not a file" });
 * ```
 */
export async function readRegularText(path: string, maxBytes = MAX_TEXT_BYTES): Promise<string> {
  const { size } = await statRegularFile(path);
  if (size > maxBytes) throw tooLarge(maxBytes);
  using file = await Deno.open(path);
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  // Files in /proc have size 0: count the bytes that are read.
  for await (const chunk of file.readable) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw tooLarge(maxBytes);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** Why a file could not be read, in words that follow its path. */
export function fileFaultWords(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return "there is no such file";
  return messageWithoutPath(error);
}

/** The message of a system error, without the operation and the path at its end. */
export function messageWithoutPath(error: unknown): string {
  return error instanceof Error ? error.message.replace(/: \w+ '.*'$/, "") : String(error);
}

/**
 * Refuses a path for a folder if it is something else; a missing one is fine.
 *
 * @throws {FileError} `not-a-folder` or `dangling-link`.
 */
export async function requireFolderIfExists(path: string): Promise<void> {
  try {
    const kind = fileKindOf(await statPath(path));
    if (kind !== "folder") throw notAFolder("it", kind);
  } catch (error) {
    if (error instanceof FileError && error.fault !== "missing") throw error;
    // Other errors are reported when the folder is created or read.
  }
}

function notAFolder(what: string, kind: FileKind): FileError {
  return new FileError("not-a-folder", `${what} is ${KIND_NAMES[kind]}, not a folder`);
}

function dangling(what: string, target: string): FileError {
  return new FileError("dangling-link", `${what} is a link to ${target}, which is not there`);
}

function explained(path: string, cause: unknown): unknown {
  const { NotADirectory, NotFound } = Deno.errors;
  if (!(cause instanceof NotADirectory) && !(cause instanceof NotFound)) return cause;
  const target = linkTarget(path);
  if (target !== undefined) return dangling("it", target);
  return faultAbove(path) ?? new FileError("missing", "there is no such file", { cause });
}

/** The fault of the nearest existing folder above `path`, if it has one. */
function faultAbove(path: string): FileError | undefined {
  for (let above = dirname(path); above !== dirname(above); above = dirname(above)) {
    try {
      const kind = fileKindOf(Deno.statSync(above));
      return kind === "folder" ? undefined : notAFolder(above, kind);
    } catch {
      const target = linkTarget(above);
      if (target !== undefined) return dangling(above, target);
      // else look at the folder above
    }
  }
  return undefined;
}

/** The target of a link at `path`; undefined if there is no link. */
function linkTarget(path: string): string | undefined {
  try {
    return Deno.readLinkSync(path);
  } catch {
    return undefined; // not a link, or missing
  }
}

function tooLarge(maxBytes: number): FileError {
  return new FileError("too-large", `it is larger than ${maxBytes} bytes`);
}
