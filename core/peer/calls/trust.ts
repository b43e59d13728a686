/**
 * Which key is whose, as far as peer links go: pinned on first sight, refused when it changes.
 *
 * @module
 */
import type { KnownPeers } from "../../identity/known_peers.ts";
import type { Notices } from "./notice.ts";
import { PeerError } from "../links/errors.ts";

/** Options for {@linkcode Trust}. */
export interface TrustOptions {
  /** The keys pinned so far. */
  readonly knownPeers: Pick<KnownPeers, "check" | "find">;
  /** The server whose accounts these are, as `known_peers` names it. */
  readonly server: string;
  /** Gets new and changed keys. */
  readonly notices: Pick<Notices, "report">;
}

/** Judges keys of accounts, and reports new and changed ones. */
export class Trust {
  readonly #options: TrustOptions;

  /** Pins nothing yet. */
  constructor(options: TrustOptions) {
    this.#options = options;
  }

  /**
   * Whether an account may come with this key, as far as is known. Pins nothing: that the account
   * holds the key is not proved yet.
   */
  async mayBe(account: string, pin: string): Promise<boolean> {
    const { knownPeers, server } = this.#options;
    const pinned = await knownPeers.find({ server, account });
    if (pinned === undefined || pinned.pin === pin) return true;
    return await this.admit(account, pin) !== "changed";
  }

  /** Judges a key that its holder has proved; the first one of an account is pinned. */
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
