/**
 * The receiving side of a transfer, from the accept to the receipt.
 *
 * @module
 */
import { breathe } from "../../ground/breathe.ts";
import { BlockWriter } from "./block_writer.ts";
import { isDiskFull, tryRemove, writeError } from "./disk.ts";
import { type FailedFile, TransferError, type TransferFileFault } from "./errors.ts";
import { type LinkGuard, withReason } from "./file_link.ts";
import { type FileSink, LargeFileSink, NoFileSink, openPart, SmallFileSink } from "./file_sink.ts";
import type { FrameHead, FrameReader } from "./frame_reader.ts";
import { Frame, SENDER_FAULTS } from "./frames.ts";
import { chunkBytesOf, SMALL_FILE_BYTES } from "./limits.ts";
import type { KeptPart, PlannedFile, ReceivePlan } from "./plan.ts";
import { agreeOnPrefix, type AgreeOptions } from "./prefix.ts";
import type { ProgressMeter } from "./progress.ts";
import { startHash } from "./running_hash.ts";

/** The file being received. */
interface Current {
  readonly index: number;
  readonly file: PlannedFile;
  sink: FileSink;
  /** Bytes of it so far, those of an earlier attempt included. */
  bytes: number;
  /** Why it will not be complete, while its bytes are still being received. */
  fault?: TransferFileFault;
}

/** Options for {@linkcode FileReceiver}. */
export interface FileReceiverOptions extends AgreeOptions {
  readonly frames: FrameReader;
  /** The head of the first frame, which has been read already. */
  readonly first: Promise<FrameHead | null>;
  readonly plan: ReceivePlan;
  readonly guard: LinkGuard;
  readonly meter: ProgressMeter;
}

/** Reads frames until all files are complete, and writes them to their places. */
export class FileReceiver {
  readonly #options: FileReceiverOptions;
  readonly #writer = new BlockWriter();
  readonly #small = new Uint8Array(SMALL_FILE_BYTES);
  readonly #done = new Map<number, string>();
  readonly #failed = new Map<number, TransferFileFault>();
  #current: Current | undefined;
  #lastIndex = -1;

  constructor(options: FileReceiverOptions) {
    this.#options = options;
  }

  /** SHA-256 of the complete files, by index in the list. */
  get done(): ReadonlyMap<number, string> {
    return this.#done;
  }

  /** Failed files, by index in the list. */
  get failed(): ReadonlyMap<number, TransferFileFault> {
    return this.#failed;
  }

  /** The same, for people. */
  get failedFiles(): FailedFile[] {
    return [...this.#failed].map(([index, fault]) => ({
      path: this.#options.plan.files[index]?.shown ?? "",
      fault,
    }));
  }

  /** @throws {TransferError} */
  async run(): Promise<void> {
    const { plan, frames, guard, first } = this.#options;
    for (const [index, sha256] of plan.have) this.#done.set(index, sha256);
    try {
      let head = await first;
      while (head && head.type !== Frame.Done) {
        guard.throwIfStopped();
        await this.#frame(head);
        await breathe();
        head = await frames.next();
      }
      guard.throwIfStopped();
      if (!head) throw new TransferError("lost", "The link was lost");
      this.#commitAll();
    } finally {
      await this.#current?.sink.abandon().catch(() => {}); // report the first error
    }
  }

  async #frame({ type, length }: FrameHead): Promise<void> {
    const { frames } = this.#options;
    switch (type) {
      case Frame.Begin: {
        const { file, offset } = await frames.begin();
        return await this.#begin(file, offset);
      }
      case Frame.Data:
        return await this.#data(length);
      case Frame.Check:
        return await this.#check(await frames.bytes(length));
      case Frame.End:
        return await this.#end(await frames.bytes(length));
      case Frame.Failed: {
        const [fault = 0] = await frames.bytes(length);
        const { sink } = this.#needCurrent();
        await sink.abandon();
        return this.#giveUp(SENDER_FAULTS[fault] ?? "unreadable");
      }
      case Frame.Cancel: {
        const reason = new TextDecoder().decode(await frames.bytes(length));
        throw new TransferError("cancelled", withReason("The sender stopped", reason));
      }
    }
  }

  async #begin(index: number, offset: number): Promise<void> {
    const { plan, meter } = this.#options;
    const file = plan.files[index];
    const kept = plan.kept.get(index);
    if (this.#current || !file || index <= this.#lastIndex || plan.have.has(index)) {
      throw new TransferError("protocol", `The sender begins a file out of turn: ${index}`);
    }
    if (offset > (kept?.bytes ?? 0) || offset % chunkBytesOf(file.bytes) !== 0) {
      throw new TransferError("protocol", `The sender begins inside a file, at ${offset}`);
    }
    this.#lastIndex = index;
    meter.file(file.shown, index + 1);
    meter.skip(offset - (kept?.bytes ?? 0));
    const current: Current = { index, file, sink: new NoFileSink(), bytes: offset };
    this.#current = current;
    try {
      current.sink = await this.#open(file, offset, kept);
    } catch (error) {
      if (isDiskFull(error)) throw writeError(error);
      if (file.root.kind === "folder" && !file.root.part) throw writeError(error);
      current.fault = "unwritable";
    }
  }

  async #open(file: PlannedFile, offset: number, kept: KeptPart | undefined): Promise<FileSink> {
    const part = this.#options.plan.partOf(file.root);
    const path = part.makeRoomFor(file.place);
    // A top-level file has its part already; one in a folder is created.
    const isThere = file.root.kind === "file" || offset > 0;
    if (!isThere && part.isResumed) tryRemove(path);
    if (file.bytes <= SMALL_FILE_BYTES) {
      return new SmallFileSink(path, this.#small.subarray(0, file.bytes), { isThere });
    }
    const hash = await this.#hashAt(file, path, offset, kept);
    part.map.begin(file.place, file, offset / chunkBytesOf(file.bytes));
    return new LargeFileSink({
      file: openPart(path, { isThere, offset }),
      writer: this.#writer,
      hash,
      map: part.map,
    });
  }

  /** The hash of the first `offset` bytes; the sender may start before the offset that we offered. */
  async #hashAt(file: PlannedFile, path: string, offset: number, kept: KeptPart | undefined) {
    if (offset === 0 || !kept) return await startHash(file.bytes, this.#options);
    if (offset === kept.bytes) return kept.hash;
    const checks = kept.checks.slice(0, offset / chunkBytesOf(file.bytes));
    using part = Deno.openSync(path);
    const { hash } = await agreeOnPrefix(part, { bytes: file.bytes, checks }, this.#options);
    return hash;
  }

  async #data(length: number): Promise<void> {
    const { frames, meter } = this.#options;
    const current = this.#needCurrent();
    current.bytes += length;
    if (current.bytes > current.file.bytes) {
      throw new TransferError("protocol", "The sender sends more than it offered");
    }
    await current.sink.take(frames, length);
    meter.add(length);
  }

  async #check(digest: Uint8Array): Promise<void> {
    const current = this.#needCurrent();
    const isOnChunk = current.bytes % chunkBytesOf(current.file.bytes) === 0;
    if (!isOnChunk || current.bytes === 0 || current.bytes === current.file.bytes) {
      throw new TransferError("protocol", `The sender checks inside a chunk, at ${current.bytes}`);
    }
    if (current.fault || current.sink.check(digest)) return;
    await current.sink.abandon();
    current.sink = new NoFileSink();
    current.fault = "damaged";
  }

  async #end(digest: Uint8Array): Promise<void> {
    const current = this.#needCurrent();
    const { index, file, sink } = current;
    if (current.bytes !== file.bytes) {
      throw new TransferError("protocol", "The sender sends less than it offered");
    }
    const fault = await sink.end(digest);
    if (fault) return this.#giveUp(current.fault ?? fault);
    this.#current = undefined;
    const sha256 = digest.toHex();
    this.#done.set(index, sha256);
    try {
      const part = this.#options.plan.partOf(file.root);
      part.map.done(file.place, file, sha256);
      if (file.root.kind === "file") part.commit();
    } catch (error) {
      throw writeError(error);
    }
  }

  /** Gives up the current file; the next one follows. */
  #giveUp(fault: TransferFileFault): void {
    const { index, file } = this.#needCurrent();
    this.#current = undefined;
    this.#failed.set(index, fault);
    const { part, kind } = file.root;
    if (kind === "folder" && part) tryRemove(part.pathOf(file.place));
    if (kind === "file") part?.[Symbol.dispose]();
  }

  /** Gives every folder its final name. */
  #commitAll(): void {
    const { plan } = this.#options;
    if (this.#current || this.#done.size + this.#failed.size !== plan.files.length) {
      throw new TransferError("protocol", "The sender ended before all was sent");
    }
    try {
      for (const { root, place } of plan.folders) {
        const part = plan.partOf(root);
        part.makeFolder(place);
      }
      for (const root of plan.roots) if (root.kind === "folder") plan.partOf(root).commit();
      for (const index of plan.have.keys()) {
        const root = plan.files[index]?.root;
        if (root?.kind === "file" && !root.part?.isCommitted) root.part?.commit();
      }
      for (const { part } of plan.roots) if (part?.isCommitted) part.forget();
    } catch (error) {
      throw writeError(error);
    }
  }

  #needCurrent(): Current {
    if (this.#current) return this.#current;
    throw new TransferError("protocol", "The sender sends bytes of no file");
  }
}
