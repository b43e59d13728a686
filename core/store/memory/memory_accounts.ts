/**
 * The accounts of a store in memory.
 *
 * @module
 */
import { foldName, skeletonOf } from "../../ground/names.ts";
import type { Verifier } from "../../identity/verifier.ts";
import {
  type Account,
  type AccountStore,
  type KnownAddress,
  MAX_KNOWN_PER_ACCOUNT,
} from "../account_store.ts";

/** An {@linkcode AccountStore} in memory. */
export class MemoryAccounts implements AccountStore {
  readonly secret: Uint8Array = crypto.getRandomValues(new Uint8Array(32));
  /** By folded name. */
  readonly #accounts = new Map<string, Account>();
  /** Names by their skeletons. */
  readonly #skeletons = new Map<string, string>();
  #known: readonly KnownAddress[] = [];

  find(name: string): Account | undefined {
    return this.#accounts.get(foldName(name));
  }

  findLookalike(name: string): string | undefined {
    return this.#skeletons.get(skeletonOf(name));
  }

  create(name: string, verifier: Verifier, at: number): "created" | "taken" | "lookalike" {
    const lookalike = this.findLookalike(name);
    if (lookalike !== undefined) {
      return foldName(lookalike) === foldName(name) ? "taken" : "lookalike";
    }
    this.#accounts.set(foldName(name), { name, verifier, createdAt: at, lastSeenAt: at });
    this.#skeletons.set(skeletonOf(name), name);
    return "created";
  }

  setVerifier(name: string, verifier: Verifier): boolean {
    return this.#change(name, { verifier });
  }

  drop(name: string): boolean {
    const account = this.find(name);
    if (!account) return false;
    this.#skeletons.delete(skeletonOf(account.name));
    return this.#accounts.delete(foldName(name));
  }

  list(): Account[] {
    const byName = [...this.#accounts].sort(([left], [right]) => left < right ? -1 : 1);
    return byName.map(([, account]) => account);
  }

  touch(name: string, at: number): void {
    this.#change(name, { lastSeenAt: at });
  }

  knownAddresses(): KnownAddress[] {
    return [...this.#known];
  }

  noteAddress({ account, address, seenAt }: KnownAddress): void {
    const name = foldName(account);
    const isSame = (known: KnownAddress) => known.account === name && known.address === address;
    const known = [...this.#known.filter((other) => !isSame(other)), {
      account: name,
      address,
      seenAt,
    }].sort((left, right) => left.seenAt - right.seenAt);
    const own = known.filter((other) => other.account === name);
    const surplus = new Set(own.slice(0, Math.max(0, own.length - MAX_KNOWN_PER_ACCOUNT)));
    this.#known = known.filter((other) => !surplus.has(other));
  }

  forgetAddresses(account: string): void {
    const name = foldName(account);
    this.#known = this.#known.filter((known) => known.account !== name);
  }

  #change(name: string, change: Partial<Account>): boolean {
    const account = this.find(name);
    if (account) this.#accounts.set(foldName(name), { ...account, ...change });
    return account !== undefined;
  }
}
