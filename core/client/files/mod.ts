/**
 * Files and folders to and from other people: many at once, in both directions, each through cuts of its link.
 *
 * @module
 */
import type { Clock } from "../../clock.ts";
import { foldName, isAccountName } from "../../irc/names.ts";
import {
  type FileLink,
  type IncomingOffer,
  ListBudget,
  receiveOffer,
  type RenamedFile,
  rootSizes,
  type Skipped,
} from "../../peer/files/mod.ts";
import type { PeerLink } from "../../peer/mod.ts";
import { abortable } from "../../peer/sockets.ts";
import { cleanText, displayName } from "../../text.ts";
import { ClientError } from "../errors.ts";
import type { ClientEvent } from "../events.ts";
import { OfferPace } from "../offer_pace.ts";
import { type ListedOffer, MAX_UNREAD_LINKS, type Offers, type OpenOffer } from "../offers.ts";
import { type ArrivedOffer, IncomingTransfer, isTooMuch } from "./incoming.ts";
import { pathOfSent, sendThroughCuts } from "./outgoing.ts";
import { prepare, toLeftOut } from "./prepare.ts";
import { isAwaited, settlePendingWork } from "../settling.ts";
import { EndedHere, endEvent, errorEvent, interruptedEvent, progressEvent } from "./report.ts";
import type { LeftOutFile } from "../transfer_events.ts";
import { TransferQueues } from "./transfer_queues.ts";

/** Whoever opens a link for files says within this what it offers. */
const OFFER_MS = 10_000;
/** How long the list of an offer is waited for before the offer is told. */
const SIZES_MS = 2_000;

/** What {@linkcode FileTransfers} works with. */
export interface FileTransfersOptions {
  readonly clock: Clock;
  readonly offers: Offers;
  emit(event: ClientEvent): void;
  /** The account we are signed in to. */
  account(): string | undefined;
  /** Whether somebody is seen on the server. */
  isHere(account: string): boolean;
  /** What the lists of unanswered offers may take. */
  readonly lists?: ListBudget;
  /** Opens a link to somebody's client. @throws {PeerError} @throws {ClientError} */
  openLink(account: string, signal: AbortSignal): Promise<FileLink>;
}

/** A link that somebody else has opened. */
export type IncomingLink = FileLink & Pick<PeerLink, "account" | "pin">;

/** All transfers of one client. */
export class FileTransfers {
  readonly #options: FileTransfersOptions;
  readonly #incoming = new Map<string, IncomingTransfer>();
  readonly #running = new Map<OpenOffer, Promise<void>>();
  readonly #closing = new AbortController();
  readonly #ending = Promise.withResolvers<void>();
  /** Offers get their numbers, and go out, in the order in which they were asked for. */
  readonly #numbering = new TransferQueues();
  readonly #offering = new TransferQueues();
  /** Offers of one person are told in the order in which their links came. */
  readonly #telling = new TransferQueues();
  readonly #lists: ListBudget;
  readonly #pace: OfferPace;
  #unreadLinks = 0;
  #leftOut: readonly Skipped[] = [];

  constructor(options: FileTransfersOptions) {
    this.#options = options;
    this.#pace = new OfferPace(options.clock);
    this.#lists = options.lists ?? new ListBudget();
  }

  /**
   * Offers files and folders to somebody. Resolves when they are looked through; what becomes of the offer is told.
   *
   * @throws {ClientError} `not-signed-in`, `bad-name`, `nothing-to-send`, `too-many`.
   */
  async send(to: string, paths: readonly string[]): Promise<ListedOffer> {
    const from = this.#options.account();
    if (from === undefined) {
      throw new ClientError({ kind: "sign-in-first", wanted: "files" });
    }
    if (!isAccountName(to)) {
      throw new ClientError({ kind: "bad-peer-name", name: cleanText(to) });
    }
    using numbering = this.#numbering.take(foldName(to));
    const files = await prepare(paths, this.#closing.signal);
    await numbering.come;
    this.#leftOut = files.skipped;
    const stop = new AbortController();
    const entry = this.#options.offers.add({
      id: files.id,
      from,
      to,
      direction: "out",
      kind: "file",
      names: files.names.map((name) => displayName(name)),
      sizes: rootSizes(files.names, files.files),
      bytes: files.bytes,
      files: files.files.length,
    }, {
      cancel: (reason = "cancelled") => stop.abort(new EndedHere("transfer-cancelled", reason)),
    });
    const { offer } = entry;
    this.#tellSkipped(offer, files.skipped);
    const offering = this.#offering.take(foldName(to));
    this.#run(entry, async () => {
      const { clock } = this.#options;
      using _offering = offering;
      await abortable(offering.come, stop.signal);
      const sent = await sendThroughCuts(files, {
        clock,
        signal: stop.signal,
        openLink: (signal) => this.#openLink(offer, signal),
        onOffered: () => offering[Symbol.dispose](),
        onProgress: (progress) => this.#progress(entry, progress),
        onCut: (error, pauseMs) => this.#cut(entry, error, pauseMs),
      });
      const contents = sent.files.map(({ source, bytes, sha256 }) => (
        { path: source, bytes, ...(sha256 === undefined ? {} : { sha256 }) }
      ));
      return { path: pathOfSent(paths, sent), contents, failed: sent.failed };
    });
    return offer;
  }

  /** What was left out of the last offer of ours. */
  get leftOut(): readonly LeftOutFile[] {
    return this.#leftOut.map(toLeftOut);
  }

  /** Takes a link that somebody has opened for files. */
  receive(link: IncomingLink): void {
    if (this.#closing.signal.aborted || this.#unreadLinks >= MAX_UNREAD_LINKS) {
      return link.conn.close();
    }
    this.#unreadLinks++;
    this.#readOffer(link)
      .catch(() => {}) // it offers nothing that makes sense: nobody has asked for it
      .finally(() => this.#unreadLinks--);
  }

  /**
   * Resolves when nothing is under way, or only what nobody has answered for too long. From now on, whoever has gone
   * from the server in the middle of a transfer is not waited for as long.
   */
  async settled(): Promise<void> {
    this.#ending.resolve();
    await settlePendingWork(this.#options.clock, (withUnanswered) => {
      const awaited = [...this.#running].filter(([entry]) => isAwaited(entry, withUnanswered));
      return awaited.map(([, work]) => work);
    });
  }

  /** Ends everything; the others are told. */
  async close(): Promise<void> {
    this.#closing.abort(new EndedHere("transfer-cancelled", "the client was closed"));
    for (const { offer } of this.#running.keys()) {
      this.#options.offers.cancel(offer.number, "the client was closed");
    }
    await Promise.all(this.#running.values());
  }

  #tellSkipped({ id, number }: ListedOffer, skipped: readonly Skipped[]): void {
    const { emit } = this.#options;
    for (const { source, reason, target } of skipped) {
      const leads = target === undefined ? {} : { target: cleanText(target) };
      emit({ event: "file-skipped", id, number, path: cleanText(source), reason, ...leads });
    }
    const [first] = skipped.map(toLeftOut);
    if (first) emit({ event: "files-left-out", id, number, first, count: skipped.length });
  }

  async #openLink({ from, to }: ListedOffer, signal: AbortSignal): Promise<FileLink> {
    const account = this.#options.account();
    if (account !== undefined && foldName(account) !== foldName(from)) {
      throw new ClientError({ kind: "signed-in-as-another", account: from });
    }
    return await this.#options.openLink(to, signal);
  }

  async #readOffer(link: IncomingLink): Promise<void> {
    const { account: from, pin } = link;
    using telling = this.#telling.take(foldName(from));
    const signal = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(OFFER_MS)]);
    const arrival: ArrivedOffer = {
      incoming: await receiveOffer(link, { signal, lists: this.#lists }),
      pin,
    };
    const to = this.#options.account() ?? "";
    const key = [from, to].map(foldName).concat(arrival.incoming.id).join(" ");
    const known = this.#incoming.get(key);
    if (known?.tryReturn(arrival)) return;
    for (const transfer of this.#incoming.values()) transfer.endIfReplacedBy(arrival);
    let sizes: readonly number[] | undefined;
    try {
      if (!known) {
        await this.#pace.wait(from, this.#closing.signal);
        sizes = await this.#sizesOf(arrival.incoming);
      }
    } catch (error) {
      telling[Symbol.dispose]();
      return await dismiss(arrival.incoming, error);
    }
    await telling.come;
    if (known || this.#incoming.has(key)) {
      telling[Symbol.dispose]();
      return await arrival.incoming.reject("this transfer is another one");
    }
    try {
      this.#add(key, arrival, { from, to, ...(sizes ? { sizes } : {}) });
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      telling[Symbol.dispose]();
      await arrival.incoming.reject("too many offers wait for an answer");
    }
  }

  /** A long list on a slow link is not waited for: the offer is told without. */
  async #sizesOf(incoming: IncomingOffer): Promise<readonly number[] | undefined> {
    const done = new AbortController();
    const tooLong = this.#options.clock.sleep(SIZES_MS, done.signal).catch(() => {});
    try {
      return await Promise.race([incoming.sizes, tooLong.then(() => undefined)]);
    } finally {
      done.abort();
    }
  }

  #add(
    key: string,
    arrival: ArrivedOffer,
    about: Pick<ListedOffer, "from" | "to" | "sizes">,
  ): void {
    const { incoming } = arrival;
    const { clock, offers } = this.#options;
    const transfer = new IncomingTransfer(arrival, {
      clock,
      defaultFolder: () => offers.defaultFolder,
      ending: this.#ending.promise,
      isSenderHere: () => this.#options.isHere(about.from),
      onProgress: (progress) => this.#progress(entry, progress),
      onRunning: () => entry.change("running"),
      onCut: (error) => this.#cut(entry, error),
    });
    const { id, names, bytes, files } = incoming;
    const facts = { ...about, id, direction: "in", kind: "file", names, bytes, files } as const;
    const entry = offers.add(facts, transfer);
    this.#incoming.set(key, transfer);
    this.#run(entry, async () => {
      try {
        const { roots, files, failed, renamed } = await transfer.run();
        this.#tellRenamed(entry.offer, renamed);
        return { path: roots[0] ?? offers.defaultFolder, contents: files, failed };
      } finally {
        this.#incoming.delete(key);
      }
    });
  }

  #run(entry: OpenOffer, work: () => Promise<Parameters<typeof endEvent>[1]>): void {
    const { offer } = entry;
    const running = work().then(
      (outcome) => endEvent(offer, outcome),
      (error) => errorEvent(offer, error),
    )
      .then((event) => {
        entry[Symbol.dispose]();
        this.#running.delete(entry);
        this.#options.emit(event);
      });
    this.#running.set(entry, running);
  }

  #tellRenamed({ id, number, from }: ListedOffer, renamed: readonly RenamedFile[]): void {
    const { emit } = this.#options;
    for (const { offered, path } of renamed) {
      emit({ event: "file-renamed", id, number, offered, path });
    }
    const [first] = renamed;
    if (first === undefined) return;
    const { offered, path } = first;
    const count = renamed.length;
    emit({ event: "files-renamed", id, number, from, first: { offered, path }, count });
  }

  #progress(entry: OpenOffer, progress: Parameters<typeof progressEvent>[1]): void {
    entry.change("running");
    this.#options.emit(progressEvent(entry.offer, progress));
  }

  #cut(entry: OpenOffer, error: Error, retryInMs?: number): void {
    if (entry.state === "running") entry.change("interrupted");
    this.#options.emit(interruptedEvent(entry.offer, error, retryInMs));
  }
}

/** Ends an offer that nobody has heard of yet: it was cut, or lied, or there is no room for its list. */
async function dismiss(incoming: IncomingOffer, error: unknown): Promise<void> {
  if (isTooMuch(error)) await incoming.reject(error.message);
  else incoming.close();
}
