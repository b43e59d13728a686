/**
 * The sending side of a transfer.
 *
 * @module
 */
import { displayName } from "../../ground/text.ts";
import { ProtocolError } from "../errors.ts";
import { writeAll, writeJson } from "../json_lines.ts";
import { breathe } from "../../ground/breathe.ts";
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

/** How a transfer is sent. */
export interface SendFilesOptions extends RunningHashOptions {
  /** Stops the transfer, or takes the offer back; the receiver is told. */
  readonly signal?: AbortSignal;
  /** The offer has gone out; the answer may take its time. */
  readonly onOffered?: () => void;
  /** Told now and then how far it is, and at the end. */
  readonly onProgress?: OnProgress;
  /** How long the transfer may stand still, in milliseconds. The wait for the answer has no limit. */
  readonly stallMs?: number;
}

/** One file that the receiver has. */
export interface SentFile {
  /** As it was offered. */
  readonly path: string;
  /** Where it is on this machine. */
  readonly source: string;
  /** Its size. */
  readonly bytes: number;
  /** Hexadecimal. Not known of a file that the receiver had from an earlier attempt. */
  readonly sha256?: string;
}

/** What came of a transfer that was not cut. */
export interface SentFiles {
  /** Those that the receiver has. */
  readonly files: readonly SentFile[];
  /** Those that it has not, and why. */
  readonly failed: readonly FailedFile[];
}

type Answer = ReceiverLine & { readonly type: "accept" };
type Receipt = ReceiverLine & { readonly type: "receipt" };

/**
 * Offers files over a link that is open for it, waits for the answer, sends them, and closes the
 * link.
 *
 * @throws {TransferError} `refused`, `cancelled`, `lost`, `stalled`, `protocol`; the signal's
 * reason when that ended it.
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
    this.#answer.promise.catch(() => {}); // whoever waits for it is told
  }

  async run(): Promise<SentFiles> {
    const guard = this.#guard;
    const listening = this.#listen();
    listening.catch(() => {}); // told by guard.stopped, before anybody may wait for it
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
      guard.fail(failure); // the first reason counts, not what the goodbye runs into
      await this.#sayGoodbye(failure, listening);
      throw failure;
    } finally {
      guard.close();
      await listening.catch(() => {});
    }
  }

  /** Reads what the receiver says; a no of any kind ends the transfer. */
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
      this.#guard.closeSoon(); // wakes a write that nobody takes
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
      // What did not come through counts as done, so that the bar reaches its end.
      meter.skip(before + file.bytes - meter.bytes);
    }
    await this.#writer.frame(Frame.Done);
    await this.#writer.finish();
    meter.tell();
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

  /** The receiver is told why, if it is not the one who ended it, and answers by closing. */
  async #sayGoodbye(error: unknown, listening: Promise<Receipt>): Promise<void> {
    const isOurs = !(error instanceof TransferError) || error.fault === "protocol";
    if (!isOurs) return;
    this.#guard.closeSoon();
    try {
      await this.#writer.cancel(reasonForPeer(error));
      await this.#writer.finish();
      await listening;
    } catch {
      // nobody is there to hear it
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
