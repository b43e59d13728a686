/**
 * The known addresses of accounts in the database.
 *
 * @module
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { foldName } from "../../ground/names.ts";
import { type KnownAddress, MAX_KNOWN_PER_ACCOUNT } from "../account_store.ts";
import { readNumber, readText } from "./columns.ts";

/** The known addresses of a SQLite store; see `AccountStore` for the methods. */
export class AddressTable {
  readonly #all: StatementSync;
  readonly #note: StatementSync;
  readonly #trim: StatementSync;
  readonly #forget: StatementSync;

  /** The known addresses of an open database. */
  constructor(db: DatabaseSync) {
    this.#all = db.prepare("SELECT * FROM known_address ORDER BY seen_at");
    this.#note = db.prepare("INSERT OR REPLACE INTO known_address VALUES (?, ?, ?)");
    this.#trim = db.prepare(`
      DELETE FROM known_address WHERE account = ?1 AND address NOT IN (
        SELECT address FROM known_address WHERE account = ?1 ORDER BY seen_at DESC LIMIT ${MAX_KNOWN_PER_ACCOUNT}
      )`);
    this.#forget = db.prepare("DELETE FROM known_address WHERE account = ?");
  }

  /** As `AccountStore.knownAddresses`. */
  all(): KnownAddress[] {
    return this.#all.all().map((row) => ({
      account: readText(row, "account"),
      address: readText(row, "address"),
      seenAt: readNumber(row, "seen_at"),
    }));
  }

  /** As `AccountStore.noteAddress`. */
  note({ account, address, seenAt }: KnownAddress): void {
    this.#note.run(foldName(account), address, seenAt);
    this.#trim.run(foldName(account));
  }

  /** As `AccountStore.forgetAddresses`. */
  forget(account: string): void {
    this.#forget.run(foldName(account));
  }
}
