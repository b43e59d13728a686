/** Incoming links whose offer is being read. @module */

/** Most links of one kind whose offer is being read. */
export const MAX_UNREAD_LINKS = 50;

/**
 * Counts the links whose offer is being read, to limit their number.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { MAX_UNREAD_LINKS, UnreadLinks } from "./unread_links.ts";
 * const links = new UnreadLinks();
 * const read = () => new Promise<void>(() => {});
 * for (let count = 0; count < MAX_UNREAD_LINKS; count++) assert.equal(links.tryRead(read), true);
 * assert.equal(links.tryRead(read), false);
 * ```
 */
export class UnreadLinks {
  #count = 0;

  /** Runs `read`, which must not reject; returns false when too many are running. */
  tryRead(read: () => Promise<void>): boolean {
    if (this.#count >= MAX_UNREAD_LINKS) return false;
    this.#count++;
    void read().finally(() => this.#count--);
    return true;
  }
}
