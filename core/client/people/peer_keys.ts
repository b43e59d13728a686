/**
 * The keys of other clients: comparing them, and deciding about a changed one.
 *
 * @module
 */
import { isAccountName } from "../../ground/names.ts";
import type { KnownPeers } from "../../identity/known_peers.ts";
import { safetyNumber } from "../../identity/safety_number.ts";

/** Options for {@linkcode PeerKeys}. */
export interface PeerKeysOptions {
  /** Our own pin. */
  readonly pin: string;
  /** The pinned keys of others. */
  readonly known: Pick<KnownPeers, "find" | "trust" | "verify">;
}

/** There is no key. */
export type NoKey =
  /** Not a valid account name. */
  | { readonly state: "bad-name" }
  /** No key of that account is known. */
  | { readonly state: "unknown" };

/** The safety number of two accounts. */
export type SafetyNumberOutcome =
  | NoKey
  /** We are not signed in, and the number needs two accounts. */
  | { readonly state: "not-signed-in" }
  | {
    readonly state: "known";
    /** Our own account. */
    readonly own: string;
    /** 60 digits in groups of five. */
    readonly number: string;
    /** Whether it has been compared before. */
    readonly verified: boolean;
  };

/** Result of {@linkcode PeerKeys.verify}. */
export type VerifyOutcome =
  | NoKey
  | { readonly state: "not-signed-in" }
  /** `changed`: the key has changed since it was looked up. */
  | { readonly state: "verified" | "changed" };

/** A key that was refused because another one is pinned. */
export type RefusedKeyOutcome =
  | { readonly state: "bad-name" }
  /** No key of that account was refused. */
  | { readonly state: "none" }
  | { readonly state: "refused"; readonly pinned: string; readonly refused: string };

/** Result of {@linkcode PeerKeys.trust}. */
export type TrustOutcome =
  /** The key is pinned now. */
  | { readonly state: "trusted"; readonly pin: string }
  /** Another key was refused meanwhile: nothing was changed. */
  | { readonly state: "changed" };

/** The keys of the accounts of one server. */
export class PeerKeys {
  readonly #options: PeerKeysOptions | undefined;
  readonly #server: string;

  /** `server` as named in `known_peers`; without options no key is known. */
  constructor(server: string, options: PeerKeysOptions | undefined) {
    this.#server = server;
    this.#options = options;
  }

  /** The safety number of `own` and `account`. */
  async safetyNumber(own: string | undefined, account: string): Promise<SafetyNumberOutcome> {
    if (own === undefined) return { state: "not-signed-in" };
    if (!isAccountName(account)) return { state: "bad-name" };
    const peer = await this.#find(account);
    if (peer === undefined || this.#options === undefined) return { state: "unknown" };
    const ours = { account: own, pin: this.#options.pin };
    const number = safetyNumber(ours, { account, pin: peer.pin });
    return { state: "known", own, number, verified: peer.verified };
  }

  /** Notes that the safety number of `own` and `account` has been compared. */
  async verify(own: string | undefined, account: string): Promise<VerifyOutcome> {
    if (own === undefined) return { state: "not-signed-in" };
    if (!isAccountName(account)) return { state: "bad-name" };
    const peer = await this.#find(account);
    if (peer === undefined || this.#options === undefined) return { state: "unknown" };
    const isNoted = await this.#options.known.verify(this.#name(account), peer.pin);
    return { state: isNoted ? "verified" : "changed" };
  }

  /** The key of `account` that was refused last, and the pinned one. */
  async refused(account: string): Promise<RefusedKeyOutcome> {
    if (!isAccountName(account)) return { state: "bad-name" };
    const peer = await this.#find(account);
    if (peer?.refused === undefined) return { state: "none" };
    return { state: "refused", pinned: peer.pin, refused: peer.refused };
  }

  /** Trusts `refused`, the key that the user has confirmed, instead of the pinned one. */
  async trust(account: string, refused: string): Promise<TrustOutcome> {
    const pin = await this.#options?.known.trust(this.#name(account), refused);
    return pin === undefined ? { state: "changed" } : { state: "trusted", pin };
  }

  #find(account: string) {
    return this.#options?.known.find(this.#name(account));
  }

  #name(account: string) {
    return { server: this.#server, account };
  }
}
