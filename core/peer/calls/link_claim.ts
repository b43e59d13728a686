/** Decides which connection becomes the link of a call. @module */

/**
 * A call has one link: the first connection to claim it is used, all others are closed. If that connection fails, another
 * may claim the link, until the call ends.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { LinkClaim } from "./link_claim.ts";
 * const link = new LinkClaim();
 * assert.deepEqual([link.tryClaim(), link.tryClaim()], [true, false]);
 * link.release();
 * assert.equal(link.tryClaim(), true);
 * link.end();
 * link.release();
 * assert.equal(link.tryClaim(), false);
 * ```
 */
export class LinkClaim {
  #state: "free" | "claimed" | "over" = "free";

  /** Whether the call has ended, so that no link is wanted any more. */
  get isOver(): boolean {
    return this.#state === "over";
  }

  /** Claims the link for one connection; returns false if another was first, or the call has ended. */
  tryClaim(): boolean {
    if (this.#state !== "free") return false;
    this.#state = "claimed";
    return true;
  }

  /** The connection that claimed it failed. */
  release(): void {
    if (this.#state === "claimed") this.#state = "free";
  }

  /** The call has ended. */
  end(): void {
    this.#state = "over";
  }
}
