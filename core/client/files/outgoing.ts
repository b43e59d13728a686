/**
 * One offer of ours, over as many links as it takes.
 *
 * @module
 */
import {
  type FileLink,
  type OnProgress,
  type PreparedOffer,
  sendFiles,
  type SentFiles,
  TransferError,
} from "../../peer/files/mod.ts";
import { PeerError } from "../../peer/mod.ts";
import type { Clock } from "../../clock.ts";
import { dirname, resolve } from "node:path";

/** A transfer that was cut is offered again after so long; growing, since whoever is gone may stay away. */
const PAUSES_MS = [500, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 30_000, 30_000];

/** What {@linkcode sendThroughCuts} works with. */
export interface SendThroughCutsOptions {
  readonly clock: Clock;
  /** Stops it. */
  readonly signal: AbortSignal;
  /** Opens a link for files to the receiver. */
  openLink(signal: AbortSignal): Promise<FileLink>;
  /** It has been offered, or has failed to be for now. May be told more than once. */
  onOffered(): void;
  readonly onProgress: OnProgress;
  /** It was cut, and will be offered again. */
  onCut(error: Error, pauseMs: number): void;
}

/**
 * Sends an offer, and offers it again whenever the link was lost, until it moves no more.
 *
 * @throws {TransferError} @throws {PeerError} The error of the last attempt.
 */
export async function sendThroughCuts(
  offer: PreparedOffer,
  options: SendThroughCutsOptions,
): Promise<SentFiles> {
  const { clock, signal, onCut, onOffered } = options;
  let wasOpen = false;
  let failures = 0;
  let most = 0;
  const onProgress: OnProgress = (progress) => {
    if (progress.bytes > most) failures = 0; // it moves: the receiver is there
    most = Math.max(most, progress.bytes);
    options.onProgress(progress);
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
      const pauseMs = PAUSES_MS[failures++];
      if (pauseMs === undefined) throw new TransferError("lost", error.message, { cause: error });
      onCut(error, pauseMs);
      await clock.sleep(pauseMs, signal);
    }
  }
}

/** Of what was to be sent, the first file or folder at the top of which something was sent. */
export function pathOfSent(paths: readonly string[], { files: [first] }: SentFiles): string {
  if (first === undefined || paths.length === 1) return resolve(paths[0] ?? ".");
  let path = first.source;
  for (let depth = first.path.split("/").length; depth > 1; depth--) path = dirname(path);
  return resolve(path);
}

/** Whether it may go better in a while. */
function isPassing(error: unknown): error is Error {
  if (error instanceof TransferError) return error.fault === "lost" || error.fault === "stalled";
  if (!(error instanceof PeerError)) return false;
  return error.fault === "no-answer" || error.fault === "unreachable" || error.fault === "closed";
}
