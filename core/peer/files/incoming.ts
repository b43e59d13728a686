/**
 * An offer from another client, to be accepted or rejected.
 *
 * @module
 */
import { displayName } from "../../ground/text.ts";
import { ProtocolError } from "../links/errors.ts";
import { writeJson } from "../links/json_lines.ts";
import { foldsNames, makeFolder } from "./disk.ts";
import { TransferError } from "./errors.ts";
import {
  DECLINED,
  drain,
  type FileLink,
  LinkGuard,
  reasonForPeer,
  withReason,
} from "./file_link.ts";
import { FileReceiver } from "./file_receiver.ts";
import { type FrameHead, FrameReader } from "./frame_reader.ts";
import { Frame } from "./frames.ts";
import { ListBudget, type ListShare } from "./list_budget.ts";
import { ReceivePlan } from "./plan.ts";
import type { AgreeOptions } from "./prefix.ts";
import { type OnProgress, ProgressMeter } from "./progress.ts";
import { readList } from "./read_list.ts";
import { type ReceivedFiles, receivedFilesOf } from "./received_files.ts";
import { rootSizes } from "./root_sizes.ts";
import { type FileOfferKind, type ListPage, type OfferLine, parseOfferLine } from "./wire.ts";

/** Options for {@linkcode IncomingOffer.accept}. */
export interface FileAcceptOptions extends Pick<AgreeOptions, "savedStateBytes"> {
  /** The target folder; created if it does not exist. */
  readonly into: string;
  /** Identifies the sender, best by the pin of its key: only parts of the same sender are resumed. */
  readonly peer?: string;
  /** Stops the transfer; the sender is notified, and verified data is kept for a resume. */
  readonly signal?: AbortSignal;
  /** Called from time to time, and at the end. */
  readonly onProgress?: OnProgress;
  /** Timeout without bytes in either direction, in milliseconds. */
  readonly stallMs?: number;
}

/** Options for {@linkcode receiveOffer}. */
export interface ReceiveFilesOptions {
  /** Aborts. */
  readonly signal?: AbortSignal;
  /** The memory budget of unanswered lists. */
  readonly lists?: ListBudget;
}

/**
 * Waits for the offer on a link that another client opened for files.
 *
 * @throws {TransferError} `lost`, `protocol`.
 */
export async function receiveOffer(
  link: FileLink,
  { signal, lists = new ListBudget() }: ReceiveFilesOptions = {},
): Promise<IncomingOffer> {
  const guard = new LinkGuard(link, { signal });
  try {
    const line = await Promise.race([guard.stopped, link.reader.readLine()]);
    if (line === null) throw new TransferError("lost", "The link ended before the offer");
    return new IncomingOffer(link, parseOfferLine(line), lists.share());
  } catch (error) {
    guard.close();
    throw guard.errorOf(error);
  } finally {
    guard.release();
  }
}

/** State of an offer: "answered" while the plan is being made, "accepted" once the sender has been notified. */
type AnswerState = "waiting" | "answered" | "accepted" | "over";

/** The message for a refusal in each state; none after the last message. */
const NO: Readonly<Record<AnswerState, "reject" | "cancel" | undefined>> = {
  waiting: "reject",
  answered: "reject",
  accepted: "cancel",
  over: undefined,
};

/** An offer that waits for an answer: call `accept` or `reject` once. */
export class IncomingOffer {
  /** Chosen by the sender; identifies the transfer on both sides. */
  readonly id: string;
  /** One file, several, or a folder. */
  readonly kind: FileOfferKind;
  /** The first top-level names, cleaned for display; a folder's ends with `/`. */
  readonly names: readonly string[];
  /** Number of top-level names. */
  readonly roots: number;
  /** Number of all files. */
  readonly files: number;
  /** Sum of their sizes. */
  readonly bytes: number;
  /** The size below each of the names, once the list is received. Rejects if it is not. */
  readonly sizes: Promise<readonly number[]>;
  /** Resolves when the sender withdraws the offer, or the link is lost, before the answer. */
  readonly gone: Promise<TransferError>;
  readonly #link: FileLink;
  readonly #offer: OfferLine;
  readonly #share: ListShare;
  #list: Promise<ListPage>;
  readonly #frames: FrameReader;
  readonly #first: Promise<FrameHead | null>;
  #guard: LinkGuard;
  #state: AnswerState = "waiting";

  /**
   * Use {@linkcode receiveOffer}.
   *
   * @param link Positioned after the first line, `offer`.
   * @param share Memory budget of the list until the answer.
   */
  constructor(link: FileLink, offer: OfferLine, share: ListShare) {
    this.id = offer.id;
    this.kind = offer.kind;
    this.names = offer.names.map((name) => displayName(name));
    this.roots = offer.roots;
    this.files = offer.files;
    this.bytes = offer.bytes;
    this.#link = link;
    this.#offer = offer;
    this.#share = share;
    this.#guard = new LinkGuard(link);
    this.#frames = new FrameReader({ read: (into) => this.#guard.source.read(into) });
    this.#list = readList(link.reader, offer, share);
    this.sizes = this.#list.then(({ files }) => rootSizes(offer.names, files));
    this.sizes.catch(() => {}); // may be unobserved; `gone` reports it
    // Read ahead: before the answer, the only frame that may come is a cancel.
    this.#first = this.#list.then(() => this.#frames.next());
    this.gone = this.#whenGone();
  }

  /**
   * Receives the files.
   *
   * @throws {TransferError} Any fault; the signal's reason when it was aborted.
   */
  async accept(options: FileAcceptOptions): Promise<ReceivedFiles> {
    using guard = this.#answerWith(options);
    try {
      return await this.#accept(options, guard);
    } catch (error) {
      guard.fail(guard.errorOf(error));
      await this.#tell(guard, reasonForPeer(error));
      await this.#waitForClose(guard);
      throw guard.errorOf(error);
    }
  }

  /** Rejects the offer, with a reason for the sender, and closes the link. */
  async reject(reason = DECLINED): Promise<void> {
    using guard = this.#answerWith({});
    await this.#tell(guard, reason);
    await this.#waitForClose(guard);
  }

  /** Closes the link without a message. May be called at any time. */
  close(): void {
    this.#guard.close();
    this.#share.release();
    this.#list = Promise.reject(new TransferError("lost", "The link was closed"));
    this.#list.catch(() => {}); // frees the memory of the list
  }

  async #accept(options: FileAcceptOptions, guard: LinkGuard): Promise<ReceivedFiles> {
    const { peer = "", onProgress, savedStateBytes } = options;
    const into = await makeFolder(options.into);
    const list = await Promise.race([guard.stopped, this.#list]);
    const where = { into, peer, foldsNames: foldsNames(into) };
    using plan = new ReceivePlan(this.#offer, list, where);
    const agree: AgreeOptions = {
      onBlock: () => guard.throwIfStopped(),
      ...(savedStateBytes === undefined ? {} : { savedStateBytes }),
    };
    await plan.findKept(agree);
    await plan.checkSpace();
    guard.throwIfStopped();
    const { id, files, bytes: total } = this;
    const meter = new ProgressMeter({ id, files, total, onProgress });
    meter.skip(plan.keptBytes);
    await writeJson(guard.sink, plan.answer());
    this.#state = "accepted";
    guard.watch();
    const { frames, first } = { frames: this.#frames, first: this.#first };
    const receiving = new FileReceiver({ ...agree, frames, first, plan, guard, meter });
    await this.#run(receiving, guard);
    meter.report();
    const failed = [...receiving.failed].map(([file, fault]) => ({ file, fault }));
    await writeJson(guard.sink, {
      type: "receipt",
      files: receiving.done.size,
      failed: failed.filter(({ fault }) => fault === "unwritable" || fault === "damaged"),
    });
    await this.#waitForClose(guard);
    return receivedFilesOf(plan, receiving);
  }

  #answerWith({ signal, stallMs }: Pick<FileAcceptOptions, "signal" | "stallMs">): LinkGuard {
    if (this.#state !== "waiting") throw new TypeError("The offer is answered already");
    this.#state = "answered";
    this.#share.release();
    this.#guard.release();
    return this.#guard = new LinkGuard(this.#link, { signal, stallMs });
  }

  /** Notifies the sender at once when the transfer ends, even if it is silent. */
  async #run(receiving: FileReceiver, guard: LinkGuard): Promise<void> {
    const running = receiving.run();
    try {
      await Promise.race([guard.stopped, running]);
    } catch (error) {
      await this.#tell(guard, reasonForPeer(error));
      await running.catch(() => {}); // report the first error
      throw error;
    }
  }

  /** Sends our last line. */
  async #tell(guard: LinkGuard, reason: string): Promise<void> {
    const type = NO[this.#state];
    this.#state = "over";
    guard.closeSoon();
    if (!type) return;
    try {
      await writeJson(guard.sink, { type, reason: reason.slice(0, 200) });
    } catch {
      // the link is closed already
    }
  }

  /** Gives the sender time to read our last line and to close. */
  async #waitForClose(guard: LinkGuard): Promise<void> {
    guard.closeSoon();
    await this.#first.catch(() => {}); // one reader at a time
    await drain(guard.source);
  }

  async #whenGone(): Promise<TransferError> {
    try {
      const head = await this.#first;
      if (this.#state !== "waiting") return await new Promise<never>(() => {});
      if (head?.type !== Frame.Cancel) throw new ProtocolError("cut", "The link ended");
      const reason = new TextDecoder().decode(await this.#frames.bytes(head.length));
      return new TransferError("cancelled", withReason("The offer was taken back", reason));
    } catch (cause) {
      if (this.#state !== "waiting") return await new Promise<never>(() => {});
      if (cause instanceof TransferError) return cause;
      return cause instanceof ProtocolError && cause.fault !== "cut"
        ? new TransferError("protocol", cause.message, { cause })
        : new TransferError("lost", "The link was lost before the offer was answered", { cause });
    }
  }
}
