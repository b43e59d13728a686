/**
 * Looking at what a person names before it is opened: opening a named pipe waits for its other end, and reading some
 * devices never ends.
 *
 * @module
 */

import { dirname } from "node:path";

/** What a path leads to. `pipe` is a named one (FIFO). */
export type FileKind = "file" | "folder" | "pipe" | "socket" | "device";

/** Why a file was not opened. */
export type FileFault = "missing" | "dangling-link" | "not-a-file" | "not-a-folder" | "too-large";

/** A path does not lead to a file that may be read. The message says what is there, and does not name the path. */
export class FileError extends Error {
  /** For `error.name`, as everywhere. */
  override readonly name = "FileError";
  /** The message says what is there, without the path. */
  constructor(
    /** What is wrong, for a program. */
    readonly fault: FileFault,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Longest text file that is read where nothing else is said, in bytes. */
const MAX_TEXT_BYTES = 16 * 1024 * 1024;

const KIND_NAMES: Readonly<Record<FileKind, string>> = {
  file: "a file",
  folder: "a folder",
  pipe: "a named pipe",
  socket: "a socket",
  device: "a device",
};

/** What `info` is of, links followed or not as whoever asked for it did. */
export function fileKindOf(info: Deno.FileInfo): FileKind {
  if (info.isDirectory) return "folder";
  if (info.isFifo) return "pipe";
  if (info.isSocket) return "socket";
  if (info.isBlockDevice || info.isCharDevice) return "device";
  return "file";
}

/**
 * Follows links to what is at `path`, without opening it. Needs `--allow-read`.
 *
 * @throws {FileError} `missing`, or `dangling-link`, which names the link and its target.
 * @throws {Deno.errors.PermissionDenied} And whatever else the system has against it.
 */
export async function statPath(path: string): Promise<Deno.FileInfo> {
  try {
    return await Deno.stat(path);
  } catch (cause) {
    throw explained(path, cause);
  }
}

/**
 * Like {@linkcode statPath}, for what has to be a regular file.
 *
 * @throws {FileError} Any fault but `too-large`.
 */
export async function statRegularFile(path: string): Promise<Deno.FileInfo> {
  const info = await statPath(path);
  requireRegular(info);
  return info;
}

/** Throws `not-a-file` where `info` is of anything else. @throws {FileError} */
export function requireRegular(info: Deno.FileInfo): void {
  const kind = fileKindOf(info);
  if (kind !== "file") {
    throw new FileError("not-a-file", `it is ${KIND_NAMES[kind]}, not a file`);
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
  // Files of /proc say that they are empty: what counts is what comes.
  for await (const chunk of file.readable) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw tooLarge(maxBytes);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** Why a file could not be read, in words that go behind its path. */
export function fileFaultWords(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return "there is no such file";
  return error instanceof Error ? error.message.replace(/: \w+ '.*'$/, "") : String(error);
}

/**
 * Refuses a path where a folder is meant and something else is there; that nothing is there is fine.
 *
 * @throws {FileError} `not-a-folder` or `dangling-link`.
 */
export async function requireNoFile(path: string): Promise<void> {
  try {
    const kind = fileKindOf(await statPath(path));
    if (kind !== "folder") throw notAFolder("it", kind);
  } catch (error) {
    if (error instanceof FileError && error.fault !== "missing") throw error;
    // Whoever makes the folder, or reads it, is told the rest.
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

/** What is wrong with the nearest of the folders of `path` that is there at all. */
function faultAbove(path: string): FileError | undefined {
  for (let above = dirname(path); above !== dirname(above); above = dirname(above)) {
    try {
      const kind = fileKindOf(Deno.statSync(above));
      return kind === "folder" ? undefined : notAFolder(above, kind);
    } catch {
      const target = linkTarget(above);
      if (target !== undefined) return dangling(above, target);
      // else what is above it may be there
    }
  }
  return undefined;
}

/** Where a link at `path` leads; undefined where there is no link. */
function linkTarget(path: string): string | undefined {
  try {
    return Deno.readLinkSync(path);
  } catch {
    return undefined; // no link, or nothing at all
  }
}

function tooLarge(maxBytes: number): FileError {
  return new FileError("too-large", `it is larger than ${maxBytes} bytes`);
}
