/**
 * Trust in the keys of accounts, for peer links: pinned on first use, refused when changed.
 *
 * @module
 */
import type { KnownPeers } from "../../identity/known_peers.ts";
import { PeerError } from "../links/errors.ts";
import type { Notices } from "./notice.ts";

/** Options for {@linkcode Trust}. */
export interface TrustOptions {
  /** The keys pinned so far. */
  readonly knownPeers: Pick<KnownPeers, "check" | "find">;
  /** The server whose accounts these are, as `known_peers` names it. */
  readonly server: string;
  /** Receives new and changed keys. */
  readonly notices: Pick<Notices, "report">;
}

/** Verifies keys of accounts, and reports new and changed ones. */
export class Trust {
  readonly #options: TrustOptions;

  /** Pins nothing yet. */
  constructor(options: TrustOptions) {
    this.#options = options;
  }

  /**
   * Whether this key may belong to an account, as far as is known. Pins nothing, because the account has not proved yet
   * that it holds the key.
   */
  async mayBe(account: string, pin: string): Promise<boolean> {
    const { knownPeers, server } = this.#options;
    const pinned = await knownPeers.find({ server, account });
    if (pinned === undefined || pinned.pin === pin) return true;
    return await this.admit(account, pin) !== "changed";
  }

  /** Verifies a key that its holder has proved; pins the first key of an account. */
  async admit(account: string, pin: string): Promise<"known" | "new" | "changed"> {
    const { knownPeers, server, notices } = this.#options;
    const trust = await knownPeers.check({ server, account }, pin);
    if (trust === "new") notices.report({ kind: "pinned", account, pin });
    if (trust === "changed") {
      const pinned = await knownPeers.find({ server, account });
      notices.report({ kind: "refused-changed-key", account, pin, pinned: pinned?.pin });
    }
    return trust;
  }
}

/** The error for a key that is not the pinned one. */
export function untrusted(account: string, pin: string): PeerError {
  return new PeerError({ kind: "untrusted", account, pin });
}
