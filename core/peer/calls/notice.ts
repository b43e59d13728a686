/** Events of peer links that a person should know about. @module */
import type { Clock } from "../../ground/clock.ts";
import { LruMap } from "../../ground/lru_map.ts";
import type { ProtocolFault } from "../links/errors.ts";

/** The same notice is not repeated so soon: others can cause it as often as they like. */
const REPEAT_MS = 60_000;
/** How many notices are remembered for that. */
const MAX_REMEMBERED = 256;

/** Something a person should know, or a log. */
export type PeerNotice =
  /** An account was seen for the first time; its key is trusted from now on. */
  | { readonly kind: "pinned"; readonly account: string; readonly pin: string }
  /** An account came with another key than the pinned one. Nothing was opened. */
  | {
    readonly kind: "refused-changed-key";
    readonly account: string;
    /** The key it came with. */
    readonly pin: string;
    /** The key that is trusted; undefined when the file of pins is damaged there. */
    readonly pinned: string | undefined;
  }
  /** A note of that account made no sense and was dropped. */
  | { readonly kind: "bad-note"; readonly account: string; readonly fault: ProtocolFault }
  /** This client cannot be dialed, only dial. */
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

  /** Passes it on, unless the same was passed on just now. */
  report(notice: PeerNotice): void {
    const key = JSON.stringify(notice);
    const nowMs = this.#clock.now();
    const reportedMs = this.#reportedMs.get(key);
    if (reportedMs !== undefined && nowMs - reportedMs < REPEAT_MS) return;
    this.#reportedMs.remember(key, nowMs);
    for (const handler of this.#handlers) handler(notice);
  }
}
