/**
 * One incoming offer, over as many links as it takes. An accepted offer is accepted again if it returns after its link
 * was lost, and only then.
 *
 * @module
 */
import type { Clock } from "../../../ground/clock.ts";
import { type IncomingOffer, type ReceivedFiles, TransferError } from "../../../peer/files/mod.ts";
import type { Presence } from "../../common/ports.ts";
import type { AcceptOptions, Offers } from "../offers.ts";
import { EndedHere } from "./report.ts";
import type { TransferReport } from "./running_transfers.ts";

/** How long to wait for the sender after a lost link: longer than its longest pause and the opening of a link. */
const RETURN_MS = 90_000;
/** How long to wait at the end of a session if the sender is not on the server either. */
const AWAY_MS = 10_000;

/** An offer that arrived over a link. */
export interface ArrivedOffer {
  readonly incoming: IncomingOffer;
  /** The sender's pin: only an offer by the same key resumes a transfer. */
  readonly pin: string;
}

/** Options for {@linkcode IncomingTransfer}. */
export interface IncomingTransferOptions {
  readonly clock: Clock;
  /** Where files go unless the answer says otherwise. */
  readonly offers: Pick<Offers, "defaultFolder">;
  /** Says whether the sender is on the server. */
  readonly presence: Pick<Presence, "sees">;
  /** The sender's account. */
  readonly from: string;
  /** Resolves when the session is to end after the running transfers. */
  readonly ending: Promise<void>;
}

/** An offer that waits for an answer, is being received, or was interrupted. */
export class IncomingTransfer {
  readonly #options: IncomingTransferOptions;
  readonly #first: ArrivedOffer;
  readonly #answer = Promise.withResolvers<AcceptOptions>();
  readonly #stop = new AbortController();
  #attempt = new AbortController();
  /** The same offer over another link, not resumed yet. */
  #next: ArrivedOffer | undefined;
  /** Set while the sender is away after a lost link; resolves when it is back. */
  #away: PromiseWithResolvers<void> | undefined;

  constructor(first: ArrivedOffer, options: IncomingTransferOptions) {
    this.#first = first;
    this.#options = options;
    this.#answer.promise.catch(() => {}); // the link may be lost before the offer is declined
  }

  /** Accepts the offer. */
  accept(how: AcceptOptions): void {
    this.#answer.resolve(how);
  }

  /** Declines the offer and sends the reason. */
  reject(reason = "declined"): void {
    this.#answer.reject(new EndedHere("offer-declined", reason));
  }

  /** Ends the transfer, in any state. */
  cancel(reason = "cancelled"): void {
    this.#answer.reject(new EndedHere("offer-declined", reason));
    this.#stop.abort(new EndedHere("transfer-cancelled", reason));
  }

  /** Continues the same offer on another link. Returns false if it is a different offer. */
  tryReturn(arrival: ArrivedOffer): boolean {
    const before = this.#first;
    if (!isSame(arrival, before)) return false;
    this.#next?.incoming.close();
    this.#next = arrival;
    this.#attempt.abort(new TransferError("lost", "It was offered anew"));
    this.#away?.resolve();
    return true;
  }

  /**
   * Ends the transfer if the same files are offered under another id: the sender's client has forgotten it, so it will
   * not return.
   */
  endIfReplacedBy(arrival: ArrivedOffer): void {
    if (!this.#away || !isSame(arrival, this.#first)) return;
    this.#stop.abort(new EndedHere("transfer-cancelled", "it is offered anew"));
  }

  /**
   * Runs until the transfer is complete or has failed.
   *
   * @param report Receives its events.
   * @throws {TransferError} Why it ended. @throws {EndedHere} When it was ended on this side.
   */
  async run(report: TransferReport): Promise<ReceivedFiles> {
    for (let arrival = this.#first;;) {
      try {
        return await this.#take(arrival, report);
      } catch (error) {
        arrival.incoming.close();
        if (this.#stop.signal.aborted) throw this.#stop.signal.reason;
        if (!isCut(error)) throw error;
        arrival = await this.#return(error, report);
      }
    }
  }

  async #take({ incoming, pin }: ArrivedOffer, report: TransferReport): Promise<ReceivedFiles> {
    this.#attempt = new AbortController();
    const signal = AbortSignal.any([this.#stop.signal, this.#attempt.signal]);
    const { into } = await this.#answerTo(incoming, signal);
    report.running();
    return await incoming.accept({
      into: into ?? this.#options.offers.defaultFolder,
      peer: pin,
      signal,
      onProgress: (progress) => report.progressed(progress),
    });
  }

  async #answerTo(incoming: IncomingOffer, signal: AbortSignal): Promise<AcceptOptions> {
    const ended = Promise.withResolvers<never>();
    const onAbort = () => ended.reject(signal.reason);
    signal.addEventListener("abort", onAbort);
    try {
      const gone = incoming.gone.then((error) => Promise.reject(error));
      return await Promise.race([this.#answer.promise, gone, ended.promise]);
    } catch (error) {
      if (error instanceof EndedHere || isTooMuch(error)) await incoming.reject(error.message);
      throw error;
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }

  /** Waits for the sender to offer it again. */
  async #return(cut: TransferError, report: TransferReport): Promise<ArrivedOffer> {
    if (this.#next === undefined) {
      report.interrupted(cut);
      await this.#awaitReturn(cut);
    }
    const arrival = this.#next;
    if (arrival === undefined) throw cut;
    this.#next = undefined;
    return arrival;
  }

  async #awaitReturn(cut: TransferError): Promise<void> {
    const done = new AbortController();
    const signal = AbortSignal.any([this.#stop.signal, done.signal]);
    const waits = [this.#options.clock.sleep(RETURN_MS, signal), this.#untilGone(signal)];
    const tooLong = Promise.race(waits).then(() => Promise.reject(cut));
    const declined = this.#answer.promise.then(() => new Promise<never>(() => {}));
    this.#away = Promise.withResolvers();
    try {
      await Promise.race([this.#away.promise, tooLong, declined]);
    } finally {
      this.#away = undefined;
      tooLong.catch(() => {}); // aborted before the time was over
      done.abort();
    }
  }

  /** Waits until the session is to end and the sender has left the server. */
  async #untilGone(signal: AbortSignal): Promise<void> {
    const { clock, ending, from, presence } = this.#options;
    await ending;
    do await clock.sleep(AWAY_MS, signal); while (presence.sees(from));
  }
}

/** Whether the file list of an offer is too long to be kept. */
export function isTooMuch(error: unknown): error is TransferError {
  return error instanceof TransferError && error.fault === "too-many";
}

function isCut(error: unknown): error is TransferError {
  return error instanceof TransferError && (error.fault === "lost" || error.fault === "stalled");
}

function isSame(one: ArrivedOffer, other: ArrivedOffer): boolean {
  return one.pin === other.pin && factsOf(one.incoming) === factsOf(other.incoming);
}

/** Identifies an accepted offer, to detect a different one with the same id. */
function factsOf({ kind, names, roots, files, bytes }: IncomingOffer): string {
  return JSON.stringify([kind, names, roots, files, bytes]);
}
