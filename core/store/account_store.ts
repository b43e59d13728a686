/**
 * What a store keeps of accounts: their names, what their passwords are checked against, and from where their owners
 * have signed in. Names are compared by their folded form (`foldName()`), whatever spelling a caller uses.
 *
 * @module
 */
import type { Verifier } from "../identity/verifier.ts";
import type { MaybePromise } from "../maybe_promise.ts";

/** A registered user. */
export interface Account {
  /** As it was registered, upper case included. */
  readonly name: string;
  /** What its password is checked against. */
  readonly verifier: Verifier;
  /** When it was registered, in milliseconds since 1970. */
  readonly createdAt: number;
  /** When it was last signed in to, or registered. */
  readonly lastSeenAt: number;
}

/** Most addresses remembered for one account: the latest. */
export const MAX_KNOWN_PER_ACCOUNT = 32;

/** An address from which an account was signed in to. */
export interface KnownAddress {
  /** The account's name; returned folded. */
  readonly account: string;
  /** As `addressKey()` formats it. */
  readonly address: string;
  /** When it was last used, in milliseconds since 1970. */
  readonly seenAt: number;
}

/** The accounts in a store. Every method may throw, or reject with, a `StoreError`. */
export interface AccountStore {
  /** 32 random bytes, made once with the database: the key for what must look random but stay the same. */
  readonly secret: Uint8Array;

  /** The account of that name. */
  find(name: string): MaybePromise<Account | undefined>;
  /** The name of an account that looks like `name` (or is `name`), by `skeletonOf()`. */
  findLookalike(name: string): MaybePromise<string | undefined>;
  /**
   * Registers a name, durably: it survives a power cut. Of two registrations at once only one succeeds.
   *
   * @returns "taken" when an account has the name, "lookalike" when one has a name that only looks like it.
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
  /** Sets when the account was last signed in to. */
  touch(name: string, at: number): MaybePromise<void>;

  /** From where accounts were signed in to, longest ago first. */
  knownAddresses(): MaybePromise<KnownAddress[]>;
  /** Remembers an address; beyond {@linkcode MAX_KNOWN_PER_ACCOUNT} it replaces the account's oldest. */
  noteAddress(known: KnownAddress): MaybePromise<void>;
  /** Forgets all addresses of an account. */
  forgetAddresses(account: string): MaybePromise<void>;
}
