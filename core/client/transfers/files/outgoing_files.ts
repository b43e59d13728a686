/**
 * Outgoing offers, sent in the order in which they were requested.
 *
 * @module
 */
import type { Clock } from "../../../ground/clock.ts";
import { foldName, isAccountName } from "../../../ground/names.ts";
import { cleanText, displayName } from "../../../ground/text.ts";
import {
  type FileLink,
  type PreparedOffer,
  rootSizes,
  type Skipped,
} from "../../../peer/files/mod.ts";
import { abortable } from "../../../peer/links/sockets.ts";
import type { EventSink, OwnNames, Presence } from "../../common/ports.ts";
import { ClientError } from "../../events/errors.ts";
import type { LeftOutFile } from "../../events/transfer_events.ts";
import type { LinkOpener } from "../../people/direct_links.ts";
import type { ListedOffer, Offers, OpenOffer } from "../offers.ts";
import { pathOfSent, sendThroughCuts } from "./outgoing.ts";
import { prepare, toLeftOut } from "./prepare.ts";
import { EndedHere, type TransferOutcome } from "./report.ts";
import type { RunningTransfers } from "./running_transfers.ts";
import { type QueuedTurn, TransferQueues } from "./transfer_queues.ts";

/** Options for {@linkcode OutgoingFiles}. */
export interface OutgoingFilesOptions {
  readonly clock: Clock;
  /** Lists the offers. */
  readonly offers: Offers;
  readonly events: EventSink;
  readonly own: Pick<OwnNames, "account">;
  readonly presence: Pick<Presence, "spelled">;
  readonly links: LinkOpener<FileLink>;
  readonly running: RunningTransfers;
  /** Aborts offers that are still being prepared. */
  readonly closing: AbortSignal;
}

/** Sends files and folders to others. */
export class OutgoingFiles {
  readonly #options: OutgoingFilesOptions;
  readonly #numbering = new TransferQueues();
  readonly #offering = new TransferQueues();
  #leftOut: readonly Skipped[] = [];

  constructor(options: OutgoingFilesOptions) {
    this.#options = options;
  }

  /** Files that were left out of our last offer. */
  get leftOut(): readonly LeftOutFile[] {
    return this.#leftOut.map(toLeftOut);
  }

  /**
   * Offers files and folders to a user; resolves when they are prepared.
   *
   * @throws {ClientError} `not-signed-in`, `bad-name`, `nothing-to-send`, `too-many`.
   */
  async send(name: string, paths: readonly string[]): Promise<ListedOffer> {
    const to = this.#options.presence.spelled(name);
    const { closing, running, own: { account: from } } = this.#options;
    if (from === undefined) throw new ClientError({ kind: "sign-in-first", wanted: "files" });
    if (!isAccountName(to)) {
      throw new ClientError({ kind: "bad-peer-name", name: cleanText(to) });
    }
    using numbering = this.#numbering.take(foldName(to));
    const files = await prepare(paths, closing);
    await numbering.come;
    this.#leftOut = files.skipped;
    const stop = new AbortController();
    const entry = this.#list(files, { from, to }, stop);
    this.#tellSkipped(entry.offer, files.skipped);
    const turn = this.#offering.take(foldName(to));
    running.run(entry, async () => {
      using _turn = turn;
      return await this.#transfer(entry, { files, paths, turn, signal: stop.signal });
    });
    return entry.offer;
  }

  #list(
    files: PreparedOffer,
    { from, to }: Pick<ListedOffer, "from" | "to">,
    stop: AbortController,
  ): OpenOffer {
    return this.#options.offers.add({
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
  }

  async #transfer(
    entry: OpenOffer,
    { files, paths, turn, signal }: {
      readonly files: PreparedOffer;
      readonly paths: readonly string[];
      readonly turn: QueuedTurn;
      readonly signal: AbortSignal;
    },
  ): Promise<TransferOutcome> {
    const { clock, running } = this.#options;
    await abortable(turn.come, signal);
    const sent = await sendThroughCuts(files, {
      clock,
      signal,
      turn,
      openLink: (signal) => this.#openLink(entry.offer, signal),
      report: running.reportOf(entry),
    });
    const contents = sent.files.map(({ source, bytes, sha256 }) => (
      { path: source, bytes, ...(sha256 === undefined ? {} : { sha256 }) }
    ));
    return { path: pathOfSent(paths, sent), contents, failed: sent.failed };
  }

  async #openLink({ from, to }: ListedOffer, signal: AbortSignal): Promise<FileLink> {
    const { links, own: { account } } = this.#options;
    if (account !== undefined && foldName(account) !== foldName(from)) {
      throw new ClientError({ kind: "signed-in-as-another", account: from });
    }
    return await links.openLink(to, "file", signal);
  }

  #tellSkipped({ id, number }: ListedOffer, skipped: readonly Skipped[]): void {
    const { events } = this.#options;
    for (const { source, reason, target } of skipped) {
      const leads = target === undefined ? {} : { target: cleanText(target) };
      const path = cleanText(source);
      events.emit({ event: "file-skipped", id, number, path, reason, ...leads });
    }
    const [first] = skipped.map(toLeftOut);
    const count = skipped.length;
    if (first) events.emit({ event: "files-left-out", id, number, first, count });
  }
}
