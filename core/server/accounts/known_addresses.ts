/**
 * Addresses that members have signed in from: they are admitted first when strangers fill the server. Stored in
 * the database, so that they survive a restart.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import { LruMap } from "../../ground/lru_map.ts";
import type { MaybePromise } from "../../ground/maybe_promise.ts";
import { foldName } from "../../ground/names.ts";
import { addressKey } from "../../net/address_key.ts";
import {
  type AccountStore,
  type KnownAddress,
  MAX_KNOWN_PER_ACCOUNT,
  recoverStoreError,
} from "../../store/store.ts";
import { WriteQueue } from "../common/write_queue.ts";

/** A repeated sign-in is written again after this time, so that not every reconnection is a write. */
const NOTE_AGAIN_MS = 24 * 3_600_000;
/** An address without a sign-in for this long is forgotten. */
const FORGET_MS = 180 * 24 * 3_600_000;

const log = getLogger(["chat", "accounts"]);

/** Options for {@linkcode KnownAddresses}. */
export interface KnownAddressesOptions {
  /** The store to write to. */
  readonly store: Pick<AccountStore, "noteAddress" | "forgetAddresses">;
  /** The stored addresses, oldest first. */
  readonly stored: readonly KnownAddress[];
  /** Milliseconds since 1970. */
  readonly wallNow: () => number;
}

/** The known addresses of one server. */
export class KnownAddresses {
  readonly #store: KnownAddressesOptions["store"];
  readonly #writes = new WriteQueue();
  readonly #wallNow: () => number;
  /** By folded account: the addresses and times of sign-ins, the latest last. */
  readonly #homes = new Map<string, LruMap<string, number>>();
  /** Number of accounts by address. */
  readonly #counts = new Map<string, number>();

  constructor({ store, stored, wallNow }: KnownAddressesOptions) {
    this.#store = store;
    this.#wallNow = wallNow;
    for (const { account, address, seenAt } of stored) {
      if (seenAt > wallNow() - FORGET_MS) this.#add(account, address, seenAt);
    }
  }

  /** Whether somebody has signed in from this address. */
  has(address: string): boolean {
    return this.#counts.has(addressKey(address));
  }

  /** Whether this account was signed in to from this address. */
  isHomeOf(account: string, address: string): boolean {
    return this.#homes.get(foldName(account))?.has(addressKey(address)) ?? false;
  }

  /** Notes a sign-in to the account from this address. */
  note(account: string, address: string): void {
    const key = addressKey(address);
    const name = foldName(account);
    const seenAt = Math.round(this.#wallNow());
    const before = this.#homes.get(name)?.get(key);
    if (before !== undefined && Math.abs(seenAt - before) < NOTE_AGAIN_MS) return;
    this.#add(name, key, seenAt);
    this.#save(() => this.#store.noteAddress({ account, address: key, seenAt }));
  }

  /** Forgets the addresses of an account, since its sign-ins may not have been its owner's. */
  forget(account: string): void {
    const name = foldName(account);
    for (const address of this.#homes.get(name)?.keys() ?? []) this.#uncount(address);
    this.#homes.delete(name);
    this.#save(() => this.#store.forgetAddresses(account));
  }

  /** Settles when everything noted is stored. */
  get settled(): MaybePromise<void> {
    return this.#writes.settled;
  }

  /** Failures are only logged: a full disk must not prevent sign-ins. */
  #save(write: () => MaybePromise<void>): void {
    this.#writes.add(() =>
      recoverStoreError(write, (error) => {
        log.error("could not save known addresses: {error}", { error: error.message });
      })
    );
  }

  #add(account: string, address: string, seenAt: number): void {
    let homes = this.#homes.get(account);
    if (!homes) this.#homes.set(account, homes = new LruMap(MAX_KNOWN_PER_ACCOUNT));
    if (!homes.has(address)) this.#counts.set(address, (this.#counts.get(address) ?? 0) + 1);
    const oldest = homes.remember(address, seenAt);
    if (oldest !== undefined) this.#uncount(oldest);
  }

  #uncount(address: string): void {
    const left = (this.#counts.get(address) ?? 0) - 1;
    if (left > 0) this.#counts.set(address, left);
    else this.#counts.delete(address);
  }
}
