/**
 * Accounts in the database.
 *
 * @module
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { foldName, skeletonOf } from "../../ground/names.ts";
import type { Verifier } from "../../identity/verifier.ts";
import { formatVerifier, parseVerifier } from "../../identity/verifier.ts";
import type { Account } from "../account_store.ts";
import type { Columns } from "./columns.ts";
import { damaged, readNumber, readText } from "./columns.ts";
import { durably } from "./database.ts";

/** The accounts of a SQLite store; see `AccountStore` for the methods. */
export class AccountTable {
  readonly #db: DatabaseSync;
  readonly #find: StatementSync;
  readonly #findLookalike: StatementSync;
  readonly #insert: StatementSync;
  readonly #setVerifier: StatementSync;
  readonly #drop: StatementSync;
  readonly #all: StatementSync;
  readonly #touch: StatementSync;

  /** The accounts of an open database. */
  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#find = db.prepare("SELECT * FROM account WHERE folded = ?");
    this.#findLookalike = db.prepare("SELECT name FROM account WHERE skeleton = ?");
    this.#insert = db.prepare("INSERT INTO account VALUES (?, ?, ?, ?, ?, ?)");
    this.#setVerifier = db.prepare("UPDATE account SET verifier = ? WHERE folded = ?");
    this.#drop = db.prepare("DELETE FROM account WHERE folded = ?");
    this.#all = db.prepare("SELECT * FROM account ORDER BY folded");
    this.#touch = db.prepare(
      "UPDATE account SET last_seen_at = ? WHERE folded = ?",
    );
  }

  /** As `AccountStore.find`. */
  find(name: string): Account | undefined {
    const row = this.#find.get(foldName(name));
    return row && toAccount(row);
  }

  /** As `AccountStore.findLookalike`. */
  findLookalike(name: string): string | undefined {
    const row = this.#findLookalike.get(skeletonOf(name));
    return row && readText(row, "name");
  }

  /** As `AccountStore.create`. */
  create(name: string, verifier: Verifier, at: number): "created" | "taken" | "lookalike" {
    const lookalike = this.findLookalike(name);
    if (lookalike !== undefined) {
      return foldName(lookalike) === foldName(name) ? "taken" : "lookalike";
    }
    const line = formatVerifier(verifier);
    durably(
      this.#db,
      () => this.#insert.run(foldName(name), skeletonOf(name), name, line, at, at),
    );
    return "created";
  }

  /** As `AccountStore.setVerifier`. */
  setVerifier(name: string, verifier: Verifier): boolean {
    const line = formatVerifier(verifier);
    return durably(this.#db, () => this.#setVerifier.run(line, foldName(name))).changes > 0;
  }

  /** As `AccountStore.drop`. */
  drop(name: string): boolean {
    return durably(this.#db, () => this.#drop.run(foldName(name))).changes > 0;
  }

  /** As `AccountStore.list`. */
  all(): Account[] {
    return this.#all.all().map(toAccount);
  }

  /** As `AccountStore.touch`. */
  touch(name: string, at: number): void {
    this.#touch.run(at, foldName(name));
  }
}

function toAccount(row: Columns): Account {
  return {
    name: readText(row, "name"),
    verifier: parseVerifier(readText(row, "verifier")) ?? damaged("verifier", row["verifier"]),
    createdAt: readNumber(row, "created_at"),
    lastSeenAt: readNumber(row, "last_seen_at"),
  };
}
