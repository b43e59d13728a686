/**
 * Forgets what was said in rooms once it is as old as the group wants to keep it.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import { type Store, StoreError } from "../store/store.ts";

/** How often old messages are looked for, in milliseconds. */
const PAUSE_MS = 60_000;
/** Messages forgotten at once: about 2 ms of work. */
const MESSAGES_AT_ONCE = 1_000;

const log = getLogger(["chat", "store"]);

/** What a {@linkcode Retention} works on. */
export interface RetentionOptions {
  readonly store: Pick<Store, "prune">;
  /** How long messages are kept, in milliseconds; `undefined` for ever. */
  readonly keepMs: number | undefined;
}

/** Forgets old messages, a few at a time. */
export class Retention {
  #store: Pick<Store, "prune">;
  #keepMs: number | undefined;
  #nextAt = 0;

  constructor({ store, keepMs }: RetentionOptions) {
    this.#store = store;
    this.#keepMs = keepMs;
  }

  /** Called about once a second. `now` is in milliseconds since the epoch. */
  check(now: number): void {
    if (this.#keepMs === undefined || now < this.#nextAt) return;
    const forgotten = this.#prune(now - this.#keepMs);
    this.#nextAt = forgotten < MESSAGES_AT_ONCE ? now + PAUSE_MS : now;
  }

  #prune(before: number): number {
    try {
      return this.#store.prune(before, MESSAGES_AT_ONCE);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      log.error("old messages are not forgotten: {error}", { error: error.message });
      return 0;
    }
  }
}
