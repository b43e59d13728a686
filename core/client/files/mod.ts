/**
 * Files and folders to and from other people: many at once, in both directions, each through cuts of its link.
 *
 * @module
 */
import type { Clock } from "../../ground/clock.ts";
import type { FileLink, ListBudget } from "../../peer/files/mod.ts";
import type { ListedOffer, Offers } from "../offers.ts";
import type { LinkOpener } from "../direct_links.ts";
import type { EventSink, OwnNames, Presence } from "../ports.ts";
import type { LeftOutFile } from "../transfer_events.ts";
import { IncomingFiles, type IncomingLink } from "./incoming_files.ts";
import { OutgoingFiles } from "./outgoing_files.ts";
import { EndedHere } from "./report.ts";
import { RunningTransfers } from "./running_transfers.ts";

/** The reason that the other side of a transfer is given when this client ends. */
const CLOSED = "the client was closed";

/** Options for {@linkcode FileTransfers}. */
export interface FileTransfersOptions {
  /** Measures and waits. */
  readonly clock: Clock;
  /** The list that offers are put on. */
  readonly offers: Offers;
  /** Publishes all that happens to transfers. */
  readonly events: EventSink;
  /** The account we are signed in to. */
  readonly own: Pick<OwnNames, "account">;
  /** Says whether a sender is still on the server. */
  readonly presence: Presence;
  /** Opens links to others. */
  readonly links: LinkOpener<FileLink>;
  /** Bounds the lists of unanswered offers. */
  readonly lists?: ListBudget;
}

/** All transfers of one client. */
export class FileTransfers {
  readonly #options: FileTransfersOptions;
  readonly #running: RunningTransfers;
  readonly #outgoing: OutgoingFiles;
  readonly #incoming: IncomingFiles;
  readonly #closing = new AbortController();

  /** Nothing is under way. */
  constructor(options: FileTransfersOptions) {
    this.#options = options;
    this.#running = new RunningTransfers(options.events);
    const parts = { ...options, running: this.#running, closing: this.#closing.signal };
    this.#outgoing = new OutgoingFiles(parts);
    this.#incoming = new IncomingFiles(parts);
  }

  /**
   * Offers files and folders to somebody. Resolves when they are prepared; events follow with what becomes of the offer.
   *
   * @throws {ClientError} `not-signed-in`, `bad-name`, `nothing-to-send`, `too-many`.
   */
  send(to: string, paths: readonly string[]): Promise<ListedOffer> {
    return this.#outgoing.send(to, paths);
  }

  /** What was left out of the last offer of ours. */
  get leftOut(): readonly LeftOutFile[] {
    return this.#outgoing.leftOut;
  }

  /** Takes a link that somebody has opened for files. */
  receive(link: IncomingLink): void {
    this.#incoming.receive(link);
  }

  /**
   * Resolves when nothing is under way, or only offers unanswered for too long. From now on, a sender who has
   * gone from the server in the middle of a transfer is not waited for as long.
   */
  async settled(): Promise<void> {
    this.#incoming.beginEnding();
    await this.#running.settled(this.#options.clock);
  }

  /** Ends everything; the other sides are given the reason. */
  async close(): Promise<void> {
    this.#closing.abort(new EndedHere("transfer-cancelled", CLOSED));
    await this.#running.cancelAll(this.#options.offers, CLOSED);
  }
}
