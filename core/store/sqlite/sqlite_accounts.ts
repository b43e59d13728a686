/**
 * The accounts of a SQLite store.
 *
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import type { Verifier } from "../../identity/verifier.ts";
import type { Account, AccountStore, KnownAddress } from "../account_store.ts";
import { AccountTable } from "./account_table.ts";
import { AddressTable } from "./address_table.ts";
import { readBytes } from "./columns.ts";
import type { StoreGuard } from "./guard.ts";

/** An {@linkcode AccountStore} whose answers are plain values. */
export class SqliteAccounts implements AccountStore {
  readonly secret: Uint8Array;
  readonly #try: StoreGuard;
  readonly #accounts: AccountTable;
  readonly #addresses: AddressTable;

  /** The accounts of an open database. */
  constructor(db: DatabaseSync, guard: StoreGuard) {
    this.#try = guard;
    this.secret = readBytes(db.prepare("SELECT secret FROM server").get() ?? {}, "secret");
    this.#accounts = new AccountTable(db);
    this.#addresses = new AddressTable(db);
  }

  find(name: string): Account | undefined {
    return this.#try("read accounts", () => this.#accounts.find(name));
  }

  findLookalike(name: string): string | undefined {
    return this.#try("read accounts", () => this.#accounts.findLookalike(name));
  }

  create(name: string, verifier: Verifier, at: number): "created" | "taken" | "lookalike" {
    return this.#try("store account", () => this.#accounts.create(name, verifier, at));
  }

  setVerifier(name: string, verifier: Verifier): boolean {
    return this.#try("store account", () => this.#accounts.setVerifier(name, verifier));
  }

  drop(name: string): boolean {
    return this.#try("drop account", () => this.#accounts.drop(name));
  }

  list(): Account[] {
    return this.#try("read accounts", () => this.#accounts.all());
  }

  touch(name: string, at: number): void {
    this.#try("store account", () => this.#accounts.touch(name, at));
  }

  knownAddresses(): KnownAddress[] {
    return this.#try("read addresses", () => this.#addresses.all());
  }

  noteAddress(known: KnownAddress): void {
    this.#try("store address", () => this.#addresses.note(known));
  }

  forgetAddresses(account: string): void {
    this.#try("drop addresses", () => this.#addresses.forget(account));
  }
}
