/**
 * The sending side of a transfer.
 *
 * @module
 */
import { breathe } from "../../ground/breathe.ts";
import { displayName } from "../../ground/text.ts";
import { ProtocolError } from "../links/errors.ts";
import { writeAll, writeJson } from "../links/json_lines.ts";
import { type FailedFile, TransferError } from "./errors.ts";
import { type FileLink, LinkGuard, reasonForPeer, withReason } from "./file_link.ts";
import { FileSource } from "./file_source.ts";
import { FrameWriter } from "./frame_writer.ts";
import { Frame, type SENDER_FAULTS } from "./frames.ts";
import { MAX_ANSWER_BYTES } from "./limits.ts";
import type { OfferedFile, PreparedOffer } from "./offer.ts";
import { type OnProgress, ProgressMeter } from "./progress.ts";
import type { RunningHashOptions } from "./running_hash.ts";
import {
  announcedName,
  formatListPages,
  type OfferLine,
  parseReceiverLine,
  type ReceiverLine,
} from "./wire.ts";

/** Options for {@linkcode sendFiles}. */
export interface SendFilesOptions extends RunningHashOptions {
  /** Stops the transfer, or withdraws the offer; the receiver is notified. */
  readonly signal?: AbortSignal;
  /** The offer has been sent; the answer may take long. */
  readonly onOffered?: () => void;
  /** Called from time to time, and at the end. */
  readonly onProgress?: OnProgress;
  /** Timeout without bytes in either direction, in milliseconds. The wait for the answer has no limit. */
  readonly stallMs?: number;
}

/** A file that the receiver has. */
export interface SentFile {
  /** The offered path. */
  readonly path: string;
  /** Its path on this machine. */
  readonly source: string;
  /** Its size. */
  readonly bytes: number;
  /** Hexadecimal. Absent for a file that the receiver had from an earlier attempt. */
  readonly sha256?: string;
}

/** The result of a transfer that was not interrupted. */
export interface SentFiles {
  /** Files that the receiver has. */
  readonly files: readonly SentFile[];
  /** Failed files, and why. */
  readonly failed: readonly FailedFile[];
}

type Answer = ReceiverLine & { readonly type: "accept" };
type Receipt = ReceiverLine & { readonly type: "receipt" };

/**
 * Offers files over an open link, waits for the answer, sends them, and closes the
 * link.
 *
 * @throws {TransferError} `refused`, `cancelled`, `lost`, `stalled`, `protocol`; the signal's
 * reason when it was aborted.
 */
export async function sendFiles(
  link: FileLink,
  offer: PreparedOffer,
  options: SendFilesOptions = {},
): Promise<SentFiles> {
  using guard = new LinkGuard(link, options);
  return await new Sending({ link, offer, options, guard }).run();
}

class Sending {
  readonly #link: FileLink;
  readonly #offer: PreparedOffer;
  readonly #options: SendFilesOptions;
  readonly #guard: LinkGuard;
  readonly #writer: FrameWriter;
  readonly #answer = Promise.withResolvers<Answer>();
  readonly #sent = new Map<number, SentFile>();
  readonly #failed = new Map<number, FailedFile>();

  constructor(
    { link, offer, options, guard }: {
      readonly link: FileLink;
      readonly offer: PreparedOffer;
      readonly options: SendFilesOptions;
      readonly guard: LinkGuard;
    },
  ) {
    this.#link = link;
    this.#offer = offer;
    this.#options = options;
    this.#guard = guard;
    this.#writer = new FrameWriter(guard.sink);
    this.#answer.promise.catch(() => {}); // reported to those who await it
  }

  async run(): Promise<SentFiles> {
    const guard = this.#guard;
    const listening = this.#listen();
    listening.catch(() => {}); // reported by guard.stopped, perhaps before it is awaited
    try {
      guard.throwIfStopped();
      await this.#writeOffer();
      this.#options.onOffered?.();
      const answer = await Promise.race([guard.stopped, this.#answer.promise]);
      guard.watch();
      await this.#sendAll(answer);
      return this.#report(await Promise.race([guard.stopped, listening]));
    } catch (error) {
      const failure = guard.errorOf(error);
      guard.fail(failure); // report the first error, not one of the goodbye
      await this.#sayGoodbye(failure, listening);
      throw failure;
    } finally {
      guard.close();
      await listening.catch(() => {});
    }
  }

  /** Reads the receiver's lines; a refusal of any kind ends the transfer. */
  async #listen(): Promise<Receipt> {
    try {
      const answer = await this.#readLine();
      if (answer.type !== "accept") throw new ProtocolError("bad-shape", "No answer to the offer");
      this.#answer.resolve(answer);
      const receipt = await this.#readLine();
      if (receipt.type !== "receipt") throw new ProtocolError("bad-shape", "No receipt");
      return receipt;
    } catch (error) {
      const failure = this.#guard.errorOf(error);
      this.#answer.reject(failure);
      this.#guard.fail(failure);
      this.#guard.closeSoon(); // ends a write that is not read
      throw failure;
    }
  }

  async #readLine(): Promise<ReceiverLine> {
    const text = await this.#link.reader.readLine(MAX_ANSWER_BYTES);
    this.#guard.moved();
    if (text === null) throw new TransferError("lost", "The link was lost");
    const line = parseReceiverLine(text);
    if (line.type === "reject") {
      throw new TransferError("refused", withReason("The offer was declined", line.reason));
    }
    if (line.type === "cancel") {
      throw new TransferError("cancelled", withReason("The receiver stopped", line.reason));
    }
    return line;
  }

  async #writeOffer(): Promise<void> {
    const { id, kind, names, roots, files, folders, bytes, allocated } = this.#offer;
    const { minor = 0 } = this.#link;
    const line: OfferLine = {
      v: 1,
      type: "offer",
      id,
      kind,
      names: names.map(announcedName),
      roots,
      files: files.length,
      folders: folders.length,
      bytes,
      ...(minor >= 1 && allocated !== undefined ? { allocated } : {}),
    };
    await writeJson(this.#guard.sink, line);
    const encoder = new TextEncoder();
    for (const page of formatListPages({ files, folders })) {
      await writeAll(this.#guard.sink, encoder.encode(page + "\n"));
      await breathe();
    }
  }

  async #sendAll(answer: Answer): Promise<void> {
    const { id, files, bytes: total } = this.#offer;
    const { onProgress } = this.#options;
    const meter = new ProgressMeter({ id, files: files.length, total, onProgress });
    const have = new Set(indexesOf(answer.have, files.length));
    const partial = new Map(answer.partial.map((one) => [one.file, one]));
    for (const [index, file] of files.entries()) {
      meter.file(displayName(file.path), index + 1);
      if (have.has(index)) {
        meter.skip(file.bytes);
        this.#sent.set(index, { path: file.path, source: file.source, bytes: file.bytes });
        continue;
      }
      const source = new FileSource(file, partial.get(index), this.#options);
      const before = meter.bytes;
      const result = await source.send({ index, writer: this.#writer, guard: this.#guard, meter });
      this.#note(index, file, result);
      // Failed bytes count as done, so that the progress bar reaches its end.
      meter.skip(before + file.bytes - meter.bytes);
    }
    await this.#writer.frame(Frame.Done);
    await this.#writer.finish();
    meter.report();
  }

  #note(index: number, file: OfferedFile, result: Uint8Array | typeof SENDER_FAULTS[number]): void {
    const { path, source, bytes } = file;
    if (typeof result === "string") {
      this.#failed.set(index, { path: displayName(path), fault: result });
    } else this.#sent.set(index, { path, source, bytes, sha256: result.toHex() });
  }

  #report(receipt: Receipt): SentFiles {
    for (const { file, fault } of receipt.failed) {
      const path = this.#sent.get(file)?.path;
      if (path === undefined) continue;
      this.#sent.delete(file);
      this.#failed.set(file, { path: displayName(path), fault });
    }
    if (receipt.files !== this.#sent.size) {
      throw new TransferError("protocol", "The receipt is for another number of files");
    }
    return { files: [...this.#sent.values()], failed: [...this.#failed.values()] };
  }

  /** Sends the reason to the receiver, unless the receiver ended the transfer, and waits until it closes. */
  async #sayGoodbye(error: unknown, listening: Promise<Receipt>): Promise<void> {
    const isOurs = !(error instanceof TransferError) || error.fault === "protocol";
    if (!isOurs) return;
    this.#guard.closeSoon();
    try {
      await this.#writer.cancel(reasonForPeer(error));
      await this.#writer.finish();
      await listening;
    } catch {
      // the link is closed already
    }
  }
}

/** @throws {TransferError} `protocol` when the pairs are not ascending or not in the list. */
function* indexesOf(ranges: readonly number[], count: number): Generator<number> {
  for (let at = 0, last = 0; at < ranges.length; at += 2) {
    const [from = 0, to = 0] = ranges.slice(at, at + 2);
    if (from < last || to <= from || to > count) {
      throw new TransferError("protocol", "The answer names files that were not offered");
    }
    for (let index = from; index < to; index++) yield index;
    last = to;
  }
}
