/**
 * Prepares an offer of files and whole folders.
 *
 * @module
 */
import { basename, join } from "node:path";
import { breathe } from "../../ground/breathe.ts";
import { encodedLength } from "../../ground/bytes.ts";
import { FileError, fileKindOf, statPath } from "../../ground/regular_file.ts";
import { OfferFilesError } from "./errors.ts";
import { edgesOf } from "./file_edges.ts";
import { MAX_DEPTH, MAX_ENTRIES, MAX_NAMES, MAX_PATH_BYTES } from "./limits.ts";
import { numberedName } from "./safe_path.ts";
import type { FileOfferKind, ListedFile } from "./wire.ts";

/** Files in folders that were modified this recently may be growing logs. */
const ACTIVE_MS = 24 * 3_600_000;

/** One file of an {@linkcode PreparedOffer}. */
export interface OfferedFile extends ListedFile {
  /** Its path on this machine. */
  readonly source: string;
  /** For files that may grow: detects that it has only grown since; see {@linkcode edgesOf}. */
  readonly edges?: string | undefined;
}

/** Why something is not in an offer. Links are not followed: they may lead anywhere. */
export type SkipReason =
  | "link"
  | "dangling-link"
  | "not-a-file"
  | "unreadable"
  | "path-too-long"
  | "too-deep";

/** An entry of a folder that is not in the offer. */
export interface Skipped {
  /** Its path on this machine. */
  readonly source: string;
  /** Why it is skipped. */
  readonly reason: SkipReason;
  /** The target of a link. */
  readonly target?: string;
}

/** The content of one transfer. It can be sent again, to another client or after a failure. */
export interface PreparedOffer {
  /** Identifies the transfer on both sides. */
  readonly id: string;
  /** One file, several, or a folder. */
  readonly kind: FileOfferKind;
  /** The first top-level names; a folder's ends with `/`. */
  readonly names: readonly string[];
  /** Number of top-level names. */
  readonly roots: number;
  /** All files, those in folders included. */
  readonly files: readonly OfferedFile[];
  /** Empty folders. */
  readonly folders: readonly string[];
  /** Sum of the sizes of all files. */
  readonly bytes: number;
  /** Bytes on this disk, if less: sparse files. */
  readonly allocated?: number;
  /** Entries that are not offered. */
  readonly skipped: readonly Skipped[];
}

/**
 * Lists files and folders. A path that is itself a link is followed, links inside folders
 * are not. Needs `--allow-read` for them.
 *
 * @throws {OfferFilesError} When one of the paths cannot be read or is neither file nor folder, or has too many files.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { prepareOffer } from "./offer.ts";
 * const folder = await Deno.makeTempDir();
 * await Deno.writeTextFile(`${folder}/notes.txt`, "hello");
 * const offer = await prepareOffer([`${folder}/notes.txt`]);
 * assert.deepEqual([offer.kind, offer.names, offer.bytes], ["file", ["notes.txt"], 5]);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function prepareOffer(
  paths: readonly string[],
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<PreparedOffer> {
  const walk = new Walk(signal);
  const names: string[] = [];
  for (const path of paths) names.push(await walk.root(path));
  if (names.length === 0) throw new OfferFilesError({ kind: "no-path" });
  const { files, folders, skipped } = walk;
  const [first = ""] = names;
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return {
    id: crypto.randomUUID(),
    kind: names.length > 1 ? "files" : first.endsWith("/") ? "folder" : "file",
    names: names.slice(0, MAX_NAMES),
    roots: names.length,
    files,
    folders,
    bytes,
    ...(walk.allocated < bytes ? { allocated: walk.allocated } : {}),
    skipped,
  };
}

/** Walks through folders; the files of a folder are sorted by name. */
class Walk {
  readonly files: OfferedFile[] = [];
  readonly folders: string[] = [];
  readonly skipped: Skipped[] = [];
  /** Bytes of the files on this disk, each at most its size. */
  allocated = 0;
  readonly #signal: AbortSignal | undefined;
  readonly #rootNames = new Set<string>();
  readonly #beganMs = Date.now();

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
  }

  /** Adds a top-level path. Returns its name, a folder's with `/`. */
  async root(source: string): Promise<string> {
    const { real, info } = await statRoot(source);
    const name = this.#freeName(basename(real) || "files");
    if (info.isFile) {
      const edges = await readEdges(real, info.size);
      this.#add({ ...listedFile(name, real, info), edges }, info);
      return name;
    }
    if (!info.isDirectory) {
      throw new OfferFilesError({ kind: "not-a-file", source, fileKind: fileKindOf(info) });
    }
    await this.#folder(name, real, 1);
    return `${name}/`;
  }

  async #folder(path: string, source: string, depth: number): Promise<void> {
    await breathe();
    this.#signal?.throwIfAborted();
    const before = this.files.length + this.folders.length;
    for (const { name, isDirectory, isFile, isSymlink } of this.#read(source)) {
      const childPath = `${path}/${name}`;
      const childSource = join(source, name);
      if (isSymlink) this.skipped.push(lookAtLink(childSource));
      else if (isTooLong(childPath)) this.#skip(childSource, "path-too-long");
      else if (isDirectory && depth >= MAX_DEPTH) this.#skip(childSource, "too-deep");
      else if (isDirectory) await this.#folder(childPath, childSource, depth + 1);
      else if (isFile) this.#file(childPath, childSource);
      else this.#skip(childSource, "not-a-file");
    }
    if (this.files.length + this.folders.length === before) this.#addFolder(path);
  }

  #read(source: string): Deno.DirEntry[] {
    try {
      return [...Deno.readDirSync(source)].sort((a, b) => a.name < b.name ? -1 : 1);
    } catch {
      this.#skip(source, "unreadable"); // reported to the user; the rest can still be sent
      return [];
    }
  }

  #file(path: string, source: string): void {
    try {
      const info = Deno.lstatSync(source);
      const edges = this.#isActive(info) ? tryReadEdges(source, info.size) : undefined;
      this.#add({ ...listedFile(path, source, info), edges }, info);
    } catch (error) {
      if (error instanceof OfferFilesError) throw error;
      this.#skip(source, "unreadable");
    }
  }

  /** Opening 100,000 files would take long; a file that has not been modified for a day is not a growing log. */
  #isActive({ mtime }: Deno.FileInfo): boolean {
    return mtime !== null && mtime.getTime() > this.#beganMs - ACTIVE_MS;
  }

  #add(file: OfferedFile, { size, blocks }: Deno.FileInfo): void {
    this.#checkCount();
    this.allocated += blocks === null ? size : Math.min(size, blocks * 512);
    this.files.push(file);
  }

  #addFolder(path: string): void {
    this.#checkCount();
    this.folders.push(path);
  }

  #checkCount(): void {
    if (this.files.length + this.folders.length < MAX_ENTRIES) return;
    throw new OfferFilesError({ kind: "too-many-files", max: MAX_ENTRIES });
  }

  #skip(source: string, reason: SkipReason): void {
    this.skipped.push({ source, reason });
  }

  #freeName(name: string): string {
    let number = 0;
    while (this.#rootNames.has(numberedName(name, number))) number++;
    const free = numberedName(name, number);
    this.#rootNames.add(free);
    return free;
  }
}

async function statRoot(source: string): Promise<{ real: string; info: Deno.FileInfo }> {
  try {
    const info = await statPath(source);
    const { isSymlink } = await Deno.lstat(source);
    // A link is offered under its own name; `.` and `..` under the real one.
    return { real: isSymlink ? source : await Deno.realPath(source), info };
  } catch (cause) {
    const isFileError = cause instanceof FileError;
    if (isFileError && cause.fault === "missing") {
      throw new OfferFilesError({ kind: "missing", source }, { cause });
    }
    const detail = isFileError ? { detail: cause.message } : {};
    throw new OfferFilesError({ kind: "unreadable", source, ...detail }, { cause });
  }
}

/** Reads the file now, so that an error is reported before the other side accepts. */
async function readEdges(source: string, bytes: number): Promise<string | undefined> {
  try {
    using file = await Deno.open(source);
    return edgesOf(file, bytes);
  } catch (cause) {
    if (cause instanceof Deno.errors.UnexpectedEof) return undefined; // it has shrunk: reported when it is sent
    throw new OfferFilesError({ kind: "unreadable", source }, { cause });
  }
}

function tryReadEdges(source: string, bytes: number): string | undefined {
  try {
    using file = Deno.openSync(source);
    return edgesOf(file, bytes);
  } catch {
    return undefined; // reported when it is sent
  }
}

function lookAtLink(source: string): Skipped {
  try {
    const target = Deno.readLinkSync(source);
    return { source, reason: isThere(source) ? "link" : "dangling-link", target };
  } catch {
    return { source, reason: "link" }; // its target cannot be read
  }
}

function isThere(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    return !(error instanceof Deno.errors.NotFound); // it exists, or cannot be checked
  }
}

function listedFile(path: string, source: string, info: Deno.FileInfo): OfferedFile {
  return {
    path,
    source,
    bytes: info.size,
    mtimeMs: Math.trunc(info.mtime?.getTime() ?? 0),
    executable: ((info.mode ?? 0) & 0o100) !== 0,
  };
}

function isTooLong(path: string): boolean {
  return path.length * 3 > MAX_PATH_BYTES && encodedLength(path) > MAX_PATH_BYTES;
}
