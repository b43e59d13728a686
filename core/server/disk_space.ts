/**
 * Whether the disk that the database is on has space left. A full one is noticed when nothing can be stored any more; this
 * tells earlier.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import { statfs } from "node:fs/promises";

/** How often to look, in milliseconds. */
const EVERY_MS = 10_000;
/** Less than this is low, where it is less than {@linkcode LOW_PART} of the disk. */
const LOW_BYTES = 1024 ** 3;
const LOW_PART = 0.1;
/** So much more has to be free before it counts as enough again. */
const RECOVERED = 1.1;

const log = getLogger(["chat", "store"]);

/** The space of a disk, in bytes. */
export interface DiskSpace {
  /** What the server's user may still write. */
  readonly freeBytes: number;
  /** All of it. */
  readonly totalBytes: number;
}

/**
 * The space of the disk that `folder` is on; `undefined` where the system does not say.
 *
 * Needs `--allow-sys=statfs`.
 */
export async function readDiskSpace(folder: string): Promise<DiskSpace | undefined> {
  try {
    const { bavail, blocks, bsize } = await statfs(folder);
    return blocks > 0 ? { freeBytes: bavail * bsize, totalBytes: blocks * bsize } : undefined;
  } catch {
    return undefined; // a folder on the network may be away for a while; then the database says what cannot be written
  }
}

/** What a {@linkcode DiskWatch} needs. */
export interface DiskWatchOptions {
  /** Where the database is; `undefined` when it is in memory. */
  readonly folder: string | undefined;
  /** Milliseconds that never go back or jump. */
  readonly steadyNow: () => number;
  /** Reads the space; {@linkcode readDiskSpace} unless told. */
  readonly read?: (folder: string) => Promise<DiskSpace | undefined>;
}

/** Watches a disk, and says in the log when its space becomes low, and when it is enough again. */
export class DiskWatch implements AsyncDisposable {
  #options: Required<DiskWatchOptions>;
  #space: DiskSpace | undefined;
  #isLow = false;
  #nextAt = -Infinity;
  #work: Promise<void> = Promise.resolve();

  constructor(options: DiskWatchOptions) {
    this.#options = { read: readDiskSpace, ...options };
  }

  /** As it was a moment ago; `undefined` when nobody knows. */
  get space(): DiskSpace | undefined {
    return this.#space;
  }

  /** Whether little is left. */
  get isLow(): boolean {
    return this.#isLow;
  }

  /** Resolves when no look is under way. */
  get idle(): Promise<void> {
    return this.#work;
  }

  /** Called about once a second. */
  check(): void {
    const { folder, read, steadyNow } = this.#options;
    if (folder === undefined || steadyNow() < this.#nextAt) return;
    this.#nextAt = steadyNow() + EVERY_MS;
    this.#work = read(folder).then((space) => this.#take(space, folder));
  }

  /** Waits for what is under way. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#nextAt = Infinity;
    await this.#work;
  }

  #take(space: DiskSpace | undefined, folder: string): void {
    this.#space = space;
    if (!space) return;
    const limit = Math.min(LOW_BYTES, space.totalBytes * LOW_PART);
    const isLow = space.freeBytes < (this.#isLow ? limit * RECOVERED : limit);
    if (isLow === this.#isLow) return;
    this.#isLow = isLow;
    const about = {
      folder,
      free: inMegabytes(space.freeBytes),
      total: inMegabytes(space.totalBytes),
    };
    if (!isLow) log.warn("disk space is enough again: {free} of {total} free for {folder}", about);
    else {
      log.warn(
        "disk space is low: {free} of {total} free for {folder}; --keep-days and --keep-bytes bound what is kept",
        about,
      );
    }
  }
}

function inMegabytes(bytes: number): string {
  return `${Math.floor(bytes / 1024 ** 2)} MiB`;
}
