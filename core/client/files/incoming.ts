/**
 * One offer of somebody else, over as many links as it takes. What was accepted once is accepted again when it
 * comes back after a cut, and only then.
 *
 * @module
 */
import type { Clock } from "../../ground/clock.ts";
import { type IncomingOffer, type ReceivedFiles, TransferError } from "../../peer/files/mod.ts";
import type { AcceptOptions, Offers } from "../offers.ts";
import type { Presence } from "../ports.ts";
import { EndedHere } from "./report.ts";
import type { TransferReport } from "./running_transfers.ts";

/** How long the sender of a cut transfer may stay away: longer than its longest pause, and a link's making. */
const RETURN_MS = 90_000;
/** How long at the end of a session, when the sender is not to be seen on the server either. */
const AWAY_MS = 10_000;

/** An offer that has come over a link. */
export interface ArrivedOffer {
  readonly incoming: IncomingOffer;
  /** The sender's pin: only what the same key sent before is gone on with. */
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
  /** Resolves when the session is to end as soon as what is under way has. */
  readonly ending: Promise<void>;
}

/** An offer that waits for an answer, or is under way, or has been cut. */
export class IncomingTransfer {
  readonly #options: IncomingTransferOptions;
  readonly #first: ArrivedOffer;
  readonly #answer = Promise.withResolvers<AcceptOptions>();
  readonly #stop = new AbortController();
  #attempt = new AbortController();
  /** The same offer over another link, not taken up yet. */
  #next: ArrivedOffer | undefined;
  /** Set while the sender is away after a cut; resolves when it is back. */
  #away: PromiseWithResolvers<void> | undefined;

  constructor(first: ArrivedOffer, options: IncomingTransferOptions) {
    this.#first = first;
    this.#options = options;
    this.#answer.promise.catch(() => {}); // it may be cut before it is declined
  }

  /** Accepts it. */
  accept(how: AcceptOptions): void {
    this.#answer.resolve(how);
  }

  /** Declines it; the sender is sent the reason. */
  reject(reason = "declined"): void {
    this.#answer.reject(new EndedHere("offer-declined", reason));
  }

  /** Ends it, wherever it is. */
  cancel(reason = "cancelled"): void {
    this.#answer.reject(new EndedHere("offer-declined", reason));
    this.#stop.abort(new EndedHere("transfer-cancelled", reason));
  }

  /** Takes over the same offer on another link, in place of the one before. False when it is another offer. */
  tryReturn(arrival: ArrivedOffer): boolean {
    const before = this.#first;
    if (!isSame(arrival, before)) return false;
    this.#next?.incoming.close();
    this.#next = arrival;
    this.#attempt.abort(new TransferError("lost", "It was offered anew"));
    this.#away?.resolve();
    return true;
  }

  /** The same files are offered under another id, by a client that has forgotten this transfer: it will not return. */
  endIfReplacedBy(arrival: ArrivedOffer): void {
    if (!this.#away || !isSame(arrival, this.#first)) return;
    this.#stop.abort(new EndedHere("transfer-cancelled", "it is offered anew"));
  }

  /**
   * Runs until it is complete, or will not be.
   *
   * @param report Reports it meanwhile.
   * @throws {TransferError} Why it ended. @throws {EndedHere} That it ended here.
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
      tooLong.catch(() => {}); // its time has not come
      done.abort();
    }
  }

  /** At the end of a session, until the sender is gone from the server as well. */
  async #untilGone(signal: AbortSignal): Promise<void> {
    const { clock, ending, from, presence } = this.#options;
    await ending;
    do await clock.sleep(AWAY_MS, signal); while (presence.sees(from));
  }
}

/** Whether the list of an offer is too long to be kept. */
export function isTooMuch(error: unknown): error is TransferError {
  return error instanceof TransferError && error.fault === "too-many";
}

function isCut(error: unknown): error is TransferError {
  return error instanceof TransferError && (error.fault === "lost" || error.fault === "stalled");
}

function isSame(one: ArrivedOffer, other: ArrivedOffer): boolean {
  return one.pin === other.pin && factsOf(one.incoming) === factsOf(other.incoming);
}

/** What was accepted: another offer by the same id is not. */
function factsOf({ kind, names, roots, files, bytes }: IncomingOffer): string {
  return JSON.stringify([kind, names, roots, files, bytes]);
}
