/**
 * Watches the free space of the database's disk, to warn before it is full.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import { statfs } from "node:fs/promises";

/** How often to check, in milliseconds. */
const EVERY_MS = 10_000;
/** Free space is low below this, if it is also below {@linkcode LOW_PART} of the disk. */
const LOW_BYTES = 1024 ** 3;
const LOW_PART = 0.1;
/** Hysteresis: factor of the limit above which space counts as enough again. */
const RECOVERED = 1.1;

const log = getLogger(["chat", "store"]);

/** The space of a disk, in bytes. */
export interface DiskSpace {
  /** Free space for the server's user. */
  readonly freeBytes: number;
  /** Size of the disk. */
  readonly totalBytes: number;
}

/**
 * The space of the disk that `folder` is on; `undefined` if unknown.
 *
 * Needs `--allow-sys=statfs`.
 */
export async function readDiskSpace(folder: string): Promise<DiskSpace | undefined> {
  try {
    const { bavail, blocks, bsize } = await statfs(folder);
    return blocks > 0 ? { freeBytes: bavail * bsize, totalBytes: blocks * bsize } : undefined;
  } catch {
    return undefined; // a network folder may be away for a while; then the database reports failed writes
  }
}

/** Options for {@linkcode DiskWatch}. */
export interface DiskWatchOptions {
  /** Folder of the database; `undefined` if it is in memory. */
  readonly folder: string | undefined;
  /** Monotonic clock, in milliseconds. */
  readonly steadyNow: () => number;
  /** Reads the space; by default {@linkcode readDiskSpace}. */
  readonly read?: (folder: string) => Promise<DiskSpace | undefined>;
}

/** Watches a disk, and logs when its free space becomes low, and when it is enough again. */
export class DiskWatch implements AsyncDisposable {
  #options: Required<DiskWatchOptions>;
  #space: DiskSpace | undefined;
  #isLow = false;
  #nextAt = -Infinity;
  #work: Promise<void> = Promise.resolve();

  constructor(options: DiskWatchOptions) {
    this.#options = { read: readDiskSpace, ...options };
  }

  /** The space at the last check; `undefined` if unknown. */
  get space(): DiskSpace | undefined {
    return this.#space;
  }

  /** Whether free space is low. */
  get isLow(): boolean {
    return this.#isLow;
  }

  /** Resolves when no check is running. */
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

  /** Waits for a running check. */
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
