/**
 * Incoming offers: read from their links, listed in the order of the links, received once accepted.
 *
 * @module
 */
import type { Clock } from "../../../ground/clock.ts";
import { foldName } from "../../../ground/names.ts";
import {
  type FileLink,
  type IncomingOffer,
  ListBudget,
  receiveOffer,
  type RenamedFile,
} from "../../../peer/files/mod.ts";
import type { PeerLink } from "../../../peer/mod.ts";
import type { EventSink, OwnNames, Presence } from "../../common/ports.ts";
import { ClientError } from "../../events/errors.ts";
import { OfferPace } from "../offer_pace.ts";
import type { ListedOffer, Offers } from "../offers.ts";
import { UnreadLinks } from "../unread_links.ts";
import { type ArrivedOffer, IncomingTransfer, isTooMuch } from "./incoming.ts";
import type { RunningTransfers } from "./running_transfers.ts";
import { TransferQueues } from "./transfer_queues.ts";

/** How long to wait for the offer on a new link. */
const OFFER_MS = 10_000;
/** How long to wait for the file list of an offer before the offer is listed without it. */
const SIZES_MS = 2_000;

/** An incoming link. */
export type IncomingLink = FileLink & Pick<PeerLink, "account" | "pin">;

/** Options for {@linkcode IncomingFiles}. */
export interface IncomingFilesOptions {
  readonly clock: Clock;
  /** Lists the offers. */
  readonly offers: Offers;
  readonly events: EventSink;
  readonly own: Pick<OwnNames, "account">;
  readonly presence: Pick<Presence, "sees">;
  readonly running: RunningTransfers;
  /** Aborts when no more links are to be accepted. */
  readonly closing: AbortSignal;
  /** Limits the file lists of unanswered offers. */
  readonly lists?: ListBudget | undefined;
}

/** Receives files and folders from others. */
export class IncomingFiles {
  readonly #options: IncomingFilesOptions;
  readonly #transfers = new Map<string, IncomingTransfer>();
  readonly #telling = new TransferQueues();
  readonly #unread = new UnreadLinks();
  readonly #ending = Promise.withResolvers<void>();
  readonly #lists: ListBudget;
  readonly #pace: OfferPace;

  constructor(options: IncomingFilesOptions) {
    this.#options = options;
    this.#pace = new OfferPace(options.clock);
    this.#lists = options.lists ?? new ListBudget();
  }

  /** Handles an incoming link for files. */
  receive(link: IncomingLink): void {
    // An invalid offer is ignored.
    const read = () => this.#readOffer(link).catch(() => {});
    if (this.#options.closing.aborted || !this.#unread.tryRead(read)) link.conn.close();
  }

  /** The session is about to end: from now on, waits less long for a sender who has left the server. */
  beginEnding(): void {
    this.#ending.resolve();
  }

  async #readOffer(link: IncomingLink): Promise<void> {
    const { closing, own } = this.#options;
    const { account: from, pin } = link;
    using turn = this.#telling.take(foldName(from));
    const signal = AbortSignal.any([closing, AbortSignal.timeout(OFFER_MS)]);
    const incoming = await receiveOffer(link, { signal, lists: this.#lists });
    const arrival: ArrivedOffer = { incoming, pin };
    const to = own.account ?? "";
    const key = [from, to].map(foldName).concat(incoming.id).join(" ");
    const known = this.#transfers.get(key);
    if (known?.tryReturn(arrival)) return;
    for (const transfer of this.#transfers.values()) transfer.endIfReplacedBy(arrival);
    let sizes: readonly number[] | undefined;
    try {
      if (!known) {
        await this.#pace.wait(from, closing);
        sizes = await this.#sizesOf(incoming);
      }
    } catch (error) {
      turn[Symbol.dispose]();
      return await dismiss(incoming, error);
    }
    await turn.come;
    if (known || this.#transfers.has(key)) {
      turn[Symbol.dispose]();
      return await incoming.reject("this transfer is another one");
    }
    try {
      this.#add(key, arrival, { from, to, ...(sizes ? { sizes } : {}) });
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      turn[Symbol.dispose]();
      await incoming.reject("too many offers wait for an answer");
    }
  }

  /** The sizes of an offer's files; `undefined` if the list takes too long on a slow link. */
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
    const { clock, offers, presence, running } = this.#options;
    const transfer = new IncomingTransfer(arrival, {
      ...{ clock, offers, presence, from: about.from },
      ending: this.#ending.promise,
    });
    const { id, names, bytes, files } = arrival.incoming;
    const facts = { ...about, id, direction: "in", kind: "file", names, bytes, files } as const;
    const entry = offers.add(facts, transfer);
    this.#transfers.set(key, transfer);
    running.run(entry, async () => {
      try {
        const { roots, files, failed, renamed } = await transfer.run(running.reportOf(entry));
        this.#tellRenamed(entry.offer, renamed);
        return { path: roots[0] ?? offers.defaultFolder, contents: files, failed };
      } finally {
        this.#transfers.delete(key);
      }
    });
  }

  #tellRenamed({ id, number, from }: ListedOffer, renamed: readonly RenamedFile[]): void {
    const { events } = this.#options;
    for (const { offered, path } of renamed) {
      events.emit({ event: "file-renamed", id, number, offered, path });
    }
    const [first] = renamed;
    if (first === undefined) return;
    const { offered, path } = first;
    const count = renamed.length;
    events.emit({ event: "files-renamed", id, number, from, first: { offered, path }, count });
  }
}

/** Ends an offer that is not listed: its link was lost, it is invalid, or its file list is too long to be kept. */
async function dismiss(incoming: IncomingOffer, error: unknown): Promise<void> {
  if (isTooMuch(error)) await incoming.reject(error.message);
  else incoming.close();
}
