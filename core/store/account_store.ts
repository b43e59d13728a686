/**
 * The interface for accounts in a store: names, password verifiers, and the addresses that their owners
 * have signed in from. Names are compared by their folded form (`foldName()`), in any spelling.
 *
 * @module
 */
import type { MaybePromise } from "../ground/maybe_promise.ts";
import type { Verifier } from "../identity/verifier.ts";

/** A registered user. */
export interface Account {
  /** In the spelling of the registration. */
  readonly name: string;
  /** The verifier of its password. */
  readonly verifier: Verifier;
  /** When it was registered, in milliseconds since 1970. */
  readonly createdAt: number;
  /** Time of the last sign-in, or of the registration. */
  readonly lastSeenAt: number;
}

/** Most addresses stored for one account: the latest ones. */
export const MAX_KNOWN_PER_ACCOUNT = 32;

/** An address that an account was signed in to from. */
export interface KnownAddress {
  /** The account's name; returned folded. */
  readonly account: string;
  /** In the form of `addressKey()`. */
  readonly address: string;
  /** When it was last used, in milliseconds since 1970. */
  readonly seenAt: number;
}

/** The accounts in a store. Every method may throw, or reject with, a `StoreError`. */
export interface AccountStore {
  /** 32 random bytes, created with the database: the key of values that look random but are always the same. */
  readonly secret: Uint8Array;

  /** The account with that name. */
  find(name: string): MaybePromise<Account | undefined>;
  /** The name of an account that looks like `name` (or is `name`), by `skeletonOf()`. */
  findLookalike(name: string): MaybePromise<string | undefined>;
  /**
   * Registers a name, durably: it survives a power cut. Of two concurrent registrations only one succeeds.
   *
   * @returns "taken" when an account has the name, "lookalike" when one has a name that looks like it.
   */
  create(
    name: string,
    verifier: Verifier,
    at: number,
  ): MaybePromise<"created" | "taken" | "lookalike">;
  /** Changes an account's password, durably. @returns false when there is no such account. */
  setVerifier(name: string, verifier: Verifier): MaybePromise<boolean>;
  /**
   * Deletes an account, durably. Its messages stay in the rooms' history.
   *
   * @returns false when there is no such account.
   */
  drop(name: string): MaybePromise<boolean>;
  /** All accounts, sorted by folded name. */
  list(): MaybePromise<Account[]>;
  /** Sets the time of the account's last sign-in. */
  touch(name: string, at: number): MaybePromise<void>;

  /** The addresses that accounts were signed in to from, oldest first. */
  knownAddresses(): MaybePromise<KnownAddress[]>;
  /** Stores an address; beyond {@linkcode MAX_KNOWN_PER_ACCOUNT} it replaces the account's oldest one. */
  noteAddress(known: KnownAddress): MaybePromise<void>;
  /** Deletes all addresses of an account. */
  forgetAddresses(account: string): MaybePromise<void>;
}
