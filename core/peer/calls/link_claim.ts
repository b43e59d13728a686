/** Decides which connection becomes the one link of a call. @module */

/**
 * One call makes one link: the first connection that claims it goes on, all others hang up. When that connection fails,
 * another may claim it, until the call is over.
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

  /** Claims the link for one connection; false when another was first, or the call is over. */
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
