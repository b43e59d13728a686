/**
 * Writes one received file.
 *
 * @module
 */
import type { Block, BlockWriter } from "./block_writer.ts";
import { isDiskFull, lstatOrNull, writeError } from "./disk.ts";
import type { TransferFileFault } from "./errors.ts";
import type { FrameReader } from "./frame_reader.ts";
import { SMALL_FILE_BYTES } from "./limits.ts";
import type { PartMap } from "./part_map.ts";
import { isSameDigest } from "./prefix.ts";
import { digestOf, type RunningHash } from "./running_hash.ts";

/** Receives one file from the link. */
export interface FileSink {
  /** Reads `length` bytes of the file from the link. */
  take(frames: FrameReader, length: number): Promise<void>;
  /** A chunk is complete; returns false when its check differs from the sender's. */
  check(digest: Uint8Array): boolean;
  /** All bytes are received: closes the file, and returns its fault, if any. */
  end(digest: Uint8Array): Promise<TransferFileFault | undefined>;
  /** The file will not be complete. Written bytes may stay. */
  abandon(): Promise<void>;
}

/** A small file: verified in memory before it is created. */
export class SmallFileSink implements FileSink {
  readonly #path: string;
  readonly #bytes: Uint8Array;
  readonly #isThere: boolean;
  #filled = 0;

  /** @param bytes A buffer as long as the file; used until the end. */
  constructor(path: string, bytes: Uint8Array, { isThere }: { readonly isThere: boolean }) {
    this.#path = path;
    this.#bytes = bytes;
    this.#isThere = isThere;
  }

  async take(frames: FrameReader, length: number): Promise<void> {
    await frames.read(this.#bytes.subarray(this.#filled, this.#filled + length));
    this.#filled += length;
  }

  check(): boolean {
    return false; // chunks are larger
  }

  end(digest: Uint8Array): Promise<TransferFileFault | undefined> {
    return Promise.resolve(this.#end(digest));
  }

  #end(digest: Uint8Array): TransferFileFault | undefined {
    if (!isSameDigest(digestOf(this.#bytes), digest)) return "damaged";
    try {
      const isNew = !this.#isThere;
      Deno.writeFileSync(this.#path, this.#bytes, { createNew: isNew, create: isNew });
      return undefined;
    } catch (error) {
      if (isDiskFull(error)) throw writeError(error);
      return "unwritable";
    }
  }

  abandon(): Promise<void> {
    return Promise.resolve();
  }
}

/** A file of any size: written block by block; each verified chunk is noted in the map. */
export class LargeFileSink implements FileSink {
  readonly #file: Deno.FsFile;
  readonly #writer: BlockWriter;
  readonly #hash: RunningHash;
  readonly #map: PartMap;
  #block: Block | undefined;
  #filled = 0;
  #stateBefore: Uint8Array | undefined;

  /** @param file Positioned at the next byte; closed by `end` and `abandon`. */
  constructor(
    { file, writer, hash, map }: {
      readonly file: Deno.FsFile;
      readonly writer: BlockWriter;
      readonly hash: RunningHash;
      readonly map: PartMap;
    },
  ) {
    this.#file = file;
    this.#writer = writer;
    this.#hash = hash;
    this.#map = map;
    this.#stateBefore = hash.save();
  }

  async take(frames: FrameReader, length: number): Promise<void> {
    for (let left = length; left > 0;) {
      const block = this.#block ??= await this.#writer.take();
      const count = Math.min(left, block.length - this.#filled);
      await frames.read(block.subarray(this.#filled, this.#filled + count));
      this.#filled += count;
      left -= count;
      if (this.#filled === block.length) this.#write();
    }
  }

  check(digest: Uint8Array): boolean {
    this.#write();
    if (!isSameDigest(this.#hash.digest(), digest)) return false;
    const stateBefore = this.#stateBefore;
    this.#stateBefore = this.#hash.save();
    this.#writer.after(async () => {
      // Without a saved state everything is read again on a resume, so a lost page would be detected.
      if (stateBefore) await this.#file.syncData();
      this.#map.chunk(digest, stateBefore);
    });
    return true;
  }

  async end(digest: Uint8Array): Promise<TransferFileFault | undefined> {
    this.#write();
    await this.abandon();
    return isSameDigest(this.#hash.digest(), digest) ? undefined : "damaged";
  }

  async abandon(): Promise<void> {
    if (this.#block) this.#writer.giveBack(this.#block);
    this.#block = undefined;
    try {
      await this.#writer.settle();
    } finally {
      this.#file.close();
    }
  }

  #write(): void {
    if (!this.#block) return;
    this.#hash.update(this.#block.subarray(0, this.#filled));
    this.#writer.write(this.#file, this.#block, this.#filled);
    this.#block = undefined;
    this.#filled = 0;
  }
}

/** For a file that cannot be created: its bytes are read and dropped. */
export class NoFileSink implements FileSink {
  async take(frames: FrameReader, length: number): Promise<void> {
    const waste = new Uint8Array(Math.min(length, SMALL_FILE_BYTES));
    for (let left = length; left > 0;) {
      const count = Math.min(left, waste.length);
      await frames.read(waste.subarray(0, count));
      left -= count;
    }
  }

  check(): boolean {
    return true;
  }

  end(): Promise<TransferFileFault | undefined> {
    return Promise.resolve("unwritable");
  }

  abandon(): Promise<void> {
    return Promise.resolve();
  }
}

/** Opens a new or existing file at `path` for writing from `offset` on. */
export function openPart(
  path: string,
  { isThere, offset }: { readonly isThere: boolean; readonly offset: number },
): Deno.FsFile {
  if (isThere && !lstatOrNull(path)?.isFile) throw new Deno.errors.NotFound(path);
  const file = Deno.openSync(path, { read: true, write: true, createNew: !isThere });
  if (isThere) {
    file.truncateSync(offset);
    file.seekSync(offset, Deno.SeekMode.Start);
  }
  return file;
}
