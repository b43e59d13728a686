/**
 * One outgoing offer, over as many links as it takes.
 *
 * @module
 */
import { dirname, resolve } from "node:path";
import type { Clock } from "../../../ground/clock.ts";
import {
  type FileLink,
  type OnProgress,
  type PreparedOffer,
  sendFiles,
  type SentFiles,
  TransferError,
} from "../../../peer/files/mod.ts";
import { PeerError } from "../../../peer/mod.ts";
import type { TransferReport } from "./running_transfers.ts";
import type { QueuedTurn } from "./transfer_queues.ts";

/** Pauses before an interrupted transfer is offered again: growing, since the receiver may be away for long. */
const PAUSES_MS = [500, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 30_000, 30_000];

/** Options for {@linkcode sendThroughCuts}. */
export interface SendThroughCutsOptions {
  readonly clock: Clock;
  /** Ends the transfer. */
  readonly signal: AbortSignal;
  /** Disposed of once the offer is made, or cannot be made for now. */
  readonly turn: QueuedTurn;
  readonly report: Pick<TransferReport, "progressed" | "interrupted">;
  /** Opens a link for files to the receiver. */
  openLink(signal: AbortSignal): Promise<FileLink>;
}

/**
 * Decides whether and when an interrupted transfer is offered again.
 *
 * @example The pauses grow, and start over when bytes arrive
 * ```ts
 * import assert from "node:assert/strict";
 * import { ResendPauses } from "./outgoing.ts";
 * const pauses = new ResendPauses();
 * assert.deepEqual([pauses.next(), pauses.next()], [500, 1_000]);
 * pauses.moved(1);
 * assert.equal(pauses.next(), 500);
 * ```
 */
export class ResendPauses {
  #failures = 0;
  #mostBytes = 0;

  /** Records how many bytes have arrived; if more than before, the receiver is reachable and the pauses start over. */
  moved(bytes: number): void {
    if (bytes > this.#mostBytes) this.#failures = 0;
    this.#mostBytes = Math.max(this.#mostBytes, bytes);
  }

  /** The pause after another lost link, in milliseconds; `undefined` to give up. */
  next(): number | undefined {
    return PAUSES_MS[this.#failures++];
  }
}

/**
 * Sends an offer, and offers it again whenever the link is lost, until it makes no more progress.
 *
 * @throws {TransferError} @throws {PeerError} The error of the last attempt.
 */
export async function sendThroughCuts(
  offer: PreparedOffer,
  options: SendThroughCutsOptions,
): Promise<SentFiles> {
  const { clock, signal, report, turn } = options;
  const pauses = new ResendPauses();
  let wasOpen = false;
  const onOffered = () => turn[Symbol.dispose]();
  const onProgress: OnProgress = (progress) => {
    pauses.moved(progress.bytes);
    report.progressed(progress);
  };
  for (;;) {
    try {
      const link = await options.openLink(signal);
      wasOpen = true;
      return await sendFiles(link, offer, { signal, onOffered, onProgress });
    } catch (error) {
      onOffered();
      if (signal.aborted) throw signal.reason;
      if (!wasOpen || !isPassing(error)) throw error;
      const pauseMs = pauses.next();
      if (pauseMs === undefined) throw new TransferError("lost", error.message, { cause: error });
      report.interrupted(error, pauseMs);
      await clock.sleep(pauseMs, signal);
    }
  }
}

/** The first of `paths` of which something was sent. */
export function pathOfSent(paths: readonly string[], { files: [first] }: SentFiles): string {
  if (first === undefined || paths.length === 1) return resolve(paths[0] ?? ".");
  let path = first.source;
  for (let depth = first.path.split("/").length; depth > 1; depth--) path = dirname(path);
  return resolve(path);
}

/** Whether an error is temporary. */
function isPassing(error: unknown): error is Error {
  if (error instanceof TransferError) return error.fault === "lost" || error.fault === "stalled";
  if (!(error instanceof PeerError)) return false;
  return error.fault === "no-answer" || error.fault === "unreachable" || error.fault === "closed";
}
