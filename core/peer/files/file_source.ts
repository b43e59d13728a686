/**
 * Sends one file: reads, hashes and frames it, and detects changes.
 *
 * @module
 */
import { breathe } from "../../ground/breathe.ts";
import { requireRegular } from "../../ground/regular_file.ts";
import { edgesOf } from "./file_edges.ts";
import type { LinkGuard } from "./file_link.ts";
import type { FrameWriter } from "./frame_writer.ts";
import { Frame, SENDER_FAULTS } from "./frames.ts";
import { chunkBytesOf, MAX_CHUNKS, SMALL_FILE_BYTES } from "./limits.ts";
import type { OfferedFile } from "./offer.ts";
import { type AgreedPrefix, agreeOnPrefix, splitChecks } from "./prefix.ts";
import type { ProgressMeter } from "./progress.ts";
import { digestOf, type RunningHash, type RunningHashOptions, startHash } from "./running_hash.ts";
import type { PartialFile } from "./wire.ts";

/** Interval of `Wait` frames while the start of a file is verified. */
const WAIT_EVERY_MS = 5_000;

/** A fault on the sender's side. */
export type SourceFault = typeof SENDER_FAULTS[number];

/** The transfer that a file is sent in. */
export interface SendTarget {
  /** The file's index in the list. */
  readonly index: number;
  readonly writer: FrameWriter;
  readonly guard: LinkGuard;
  readonly meter: ProgressMeter;
}

/** A file to send. */
export class FileSource {
  readonly #file: OfferedFile;
  readonly #partial: PartialFile | undefined;
  readonly #options: RunningHashOptions;

  /** @param partial The part that the receiver has already. */
  constructor(file: OfferedFile, partial: PartialFile | undefined, options: RunningHashOptions) {
    this.#file = file;
    this.#partial = partial;
    this.#options = options;
  }

  /** Sends the file. Returns its SHA-256, or its fault, which the receiver is notified of. */
  async send(target: SendTarget): Promise<Uint8Array | SourceFault> {
    const { index, writer } = target;
    const opened = this.#open();
    if (typeof opened === "string") {
      await writer.begin(index, 0);
      await this.#failed(writer, opened);
      return opened;
    }
    using file = opened;
    const result = this.#file.bytes <= SMALL_FILE_BYTES
      ? await this.#sendSmall(file, target)
      : await this.#sendLarge(file, target);
    if (typeof result === "string") await this.#failed(writer, result);
    else await writer.frame(Frame.End, result);
    return result;
  }

  #open(): Deno.FsFile | SourceFault {
    try {
      requireRegular(Deno.statSync(this.#file.source)); // it may be a named pipe by now, and opening that would block
      const file = Deno.openSync(this.#file.source);
      if (this.#file.bytes <= SMALL_FILE_BYTES || this.#isAsOffered(file)) return file;
      file.close();
      return "changed";
    } catch {
      return "unreadable";
    }
  }

  /** Also true for a file that has only grown, like a log: its offered part is sent. */
  #isAsOffered(file: Deno.FsFile): boolean {
    const { bytes, mtimeMs, edges } = this.#file;
    const { size, mtime } = file.statSync();
    if (size === bytes) return Math.trunc(mtime?.getTime() ?? 0) === mtimeMs;
    return size > bytes && edges !== undefined && edgesOf(file, bytes) === edges;
  }

  /** Finds out how much of the receiver's part equals our file. */
  async #agree(file: Deno.FsFile, { writer, guard }: SendTarget): Promise<AgreedPrefix> {
    const { bytes } = this.#file;
    const checks = this.#partial ? splitChecks(Uint8Array.fromBase64(this.#partial.checks)) : [];
    const most = Math.min(MAX_CHUNKS, Math.max(0, Math.ceil(bytes / chunkBytesOf(bytes)) - 1));
    if (checks.length === 0 || checks.length > most) {
      return { chunks: 0, bytes: 0, hash: await startHash(bytes, this.#options) };
    }
    const state = this.#partial?.state && Uint8Array.fromBase64(this.#partial.state);
    let saidMs = performance.now();
    const onBlock = async () => {
      guard.throwIfStopped();
      guard.moved();
      if (performance.now() - saidMs < WAIT_EVERY_MS) return;
      saidMs = performance.now();
      await writer.frame(Frame.Wait);
      await writer.finish();
    };
    const known = { bytes, checks, ...(state ? { state } : {}) };
    const agreed = await agreeOnPrefix(file, known, { ...this.#options, onBlock });
    await file.seek(agreed.bytes, Deno.SeekMode.Start);
    return agreed;
  }

  /** In one frame, if it fits into the current block. */
  async #sendSmall(file: Deno.FsFile, { index, writer, guard, meter }: SendTarget) {
    const { bytes } = this.#file;
    await writer.begin(index, 0);
    let hash: RunningHash | undefined;
    let digest: Uint8Array | undefined;
    for (let at = 0; at < bytes;) {
      guard.throwIfStopped();
      const space = await writer.space(bytes - at);
      const count = tryRead(() => file.readSync(space));
      if (typeof count === "string") return count;
      const piece = space.subarray(0, count);
      if (count === bytes) digest = digestOf(piece);
      else (hash ??= await startHash(0)).update(piece);
      writer.data(count);
      meter.add(count);
      at += count;
    }
    await breathe();
    if (!this.#isAsOffered(file)) return "changed";
    return digest ?? hash?.digest() ?? digestOf(new Uint8Array());
  }

  async #sendLarge(file: Deno.FsFile, target: SendTarget) {
    const { index, writer, guard, meter } = target;
    const start = await this.#agree(file, target);
    await writer.begin(index, start.bytes);
    meter.skip(start.bytes);
    const { bytes } = this.#file;
    const chunkBytes = chunkBytesOf(bytes);
    const { hash } = start;
    for (let at = start.bytes; at < bytes;) {
      guard.throwIfStopped();
      const space = await writer.space(Math.min(bytes - at, chunkBytes - at % chunkBytes));
      const count = await tryReadAsync(file.read(space));
      if (typeof count === "string") return count;
      hash.update(space.subarray(0, count));
      writer.data(count);
      meter.add(count);
      at += count;
      if (at % chunkBytes === 0 && at < bytes) await writer.frame(Frame.Check, hash.digest());
      await breathe();
    }
    return this.#isAsOffered(file) ? hash.digest() : "changed";
  }

  async #failed(writer: FrameWriter, fault: SourceFault): Promise<void> {
    await writer.frame(Frame.Failed, Uint8Array.of(SENDER_FAULTS.indexOf(fault)));
  }
}

/** Number of bytes read. An early end means that the file was truncated. */
function tryRead(read: () => number | null): number | SourceFault {
  try {
    return read() ?? "changed";
  } catch {
    return "unreadable";
  }
}

async function tryReadAsync(reading: Promise<number | null>): Promise<number | SourceFault> {
  try {
    return await reading ?? "changed";
  } catch {
    return "unreadable";
  }
}
