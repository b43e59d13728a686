/** Events of peer links that the user should know about. @module */
import type { Clock } from "../../ground/clock.ts";
import { LruMap } from "../../ground/lru_map.ts";
import type { ProtocolFault } from "../links/errors.ts";

/** Shortest interval between equal notices: others can cause them as often as they like. */
const REPEAT_MS = 60_000;
/** Number of notices that are remembered for that. */
const MAX_REMEMBERED = 256;

/** An event that the user, or a log, should know about. */
export type PeerNotice =
  /** An account was seen for the first time; its key is trusted from now on. */
  | { readonly kind: "pinned"; readonly account: string; readonly pin: string }
  /** An account used a different key than the pinned one. No link was opened. */
  | {
    readonly kind: "refused-changed-key";
    readonly account: string;
    /** The key it used. */
    readonly pin: string;
    /** The trusted key; undefined if the entry in the file of pins is damaged. */
    readonly pinned: string | undefined;
  }
  /** An invalid note of that account was ignored. */
  | { readonly kind: "bad-note"; readonly account: string; readonly fault: ProtocolFault }
  /** This client cannot listen: it can dial, but not be dialed. */
  | { readonly kind: "cannot-listen"; readonly reason: string };

/** Passes notices to listeners, each at most once a minute. */
export class Notices {
  readonly #clock: Clock;
  readonly #handlers = new Set<(notice: PeerNotice) => void>();
  readonly #reportedMs = new LruMap<string, number>(MAX_REMEMBERED);

  /** `clock` decides when a notice may be repeated. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Adds a listener, until the result is disposed of. */
  listen(handler: (notice: PeerNotice) => void): Disposable {
    this.#handlers.add(handler);
    return { [Symbol.dispose]: () => void this.#handlers.delete(handler) };
  }

  /** Passes on a notice, unless an equal one was passed on recently. */
  report(notice: PeerNotice): void {
    const key = JSON.stringify(notice);
    const nowMs = this.#clock.now();
    const reportedMs = this.#reportedMs.get(key);
    if (reportedMs !== undefined && nowMs - reportedMs < REPEAT_MS) return;
    this.#reportedMs.remember(key, nowMs);
    for (const handler of this.#handlers) handler(notice);
  }
}
