/**
 * Transfers of files and folders: many at once, in both directions, each resumed after a lost link.
 *
 * @module
 */
import type { Clock } from "../../../ground/clock.ts";
import type { FileLink, ListBudget } from "../../../peer/files/mod.ts";
import type { EventSink, OwnNames, Presence } from "../../common/ports.ts";
import type { LeftOutFile } from "../../events/transfer_events.ts";
import type { LinkOpener } from "../../people/direct_links.ts";
import type { ListedOffer, Offers } from "../offers.ts";
import { IncomingFiles, type IncomingLink } from "./incoming_files.ts";
import { OutgoingFiles } from "./outgoing_files.ts";
import { EndedHere } from "./report.ts";
import { RunningTransfers } from "./running_transfers.ts";

/** The reason sent to the other side of a transfer when this client closes. */
const CLOSED = "the client was closed";

/** Options for {@linkcode FileTransfers}. */
export interface FileTransfersOptions {
  /** Clock for timeouts and pauses. */
  readonly clock: Clock;
  /** Lists the offers. */
  readonly offers: Offers;
  /** Receives the events of transfers. */
  readonly events: EventSink;
  /** The account we are signed in to. */
  readonly own: Pick<OwnNames, "account">;
  /** Says whether a sender is still on the server. */
  readonly presence: Presence;
  /** Opens links to others. */
  readonly links: LinkOpener<FileLink>;
  /** Limits the file lists of unanswered offers. */
  readonly lists?: ListBudget;
}

/** All transfers of one client. */
export class FileTransfers {
  readonly #options: FileTransfersOptions;
  readonly #running: RunningTransfers;
  readonly #outgoing: OutgoingFiles;
  readonly #incoming: IncomingFiles;
  readonly #closing = new AbortController();

  /** Has no transfers yet. */
  constructor(options: FileTransfersOptions) {
    this.#options = options;
    this.#running = new RunningTransfers(options.events);
    const parts = { ...options, running: this.#running, closing: this.#closing.signal };
    this.#outgoing = new OutgoingFiles(parts);
    this.#incoming = new IncomingFiles(parts);
  }

  /**
   * Offers files and folders to a user. Resolves when they are prepared; events report the progress of the offer.
   *
   * @throws {ClientError} `not-signed-in`, `bad-name`, `nothing-to-send`, `too-many`.
   */
  send(to: string, paths: readonly string[]): Promise<ListedOffer> {
    return this.#outgoing.send(to, paths);
  }

  /** Files that were left out of our last offer. */
  get leftOut(): readonly LeftOutFile[] {
    return this.#outgoing.leftOut;
  }

  /** Handles an incoming link for files. */
  receive(link: IncomingLink): void {
    this.#incoming.receive(link);
  }

  /**
   * Resolves when no transfer is running, except offers unanswered for too long. From now on, waits less long for a
   * sender who has left the server during a transfer.
   */
  async settled(): Promise<void> {
    this.#incoming.beginEnding();
    await this.#running.settled(this.#options.clock);
  }

  /** Ends all transfers and sends the reason to the other sides. */
  async close(): Promise<void> {
    this.#closing.abort(new EndedHere("transfer-cancelled", CLOSED));
    await this.#running.cancelAll(this.#options.offers, CLOSED);
  }
}
