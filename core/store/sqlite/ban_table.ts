/**
 * Bans in the database.
 *
 * @module
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { foldName } from "../../ground/names.ts";
import type { Ban } from "../room_store.ts";
import type { Columns } from "./columns.ts";
import { damaged, readNumber, readOptionalNumber, readText } from "./columns.ts";

const KINDS = ["account", "address", "cidr"] as const;

/** The bans of a SQLite store; see `RoomStore` for the methods. */
export class BanTable {
  readonly #all: StatementSync;
  readonly #add: StatementSync;
  readonly #remove: StatementSync;

  /** The bans of an open database. */
  constructor(db: DatabaseSync) {
    this.#all = db.prepare("SELECT * FROM ban ORDER BY set_at, kind, mask");
    this.#add = db.prepare("INSERT OR REPLACE INTO ban VALUES (?, ?, ?, ?, ?, ?)");
    this.#remove = db.prepare("DELETE FROM ban WHERE kind = ? AND mask = ?");
  }

  /** As `RoomStore.bans`. */
  all(): Ban[] {
    return this.#all.all().map(toBan);
  }

  /** As `RoomStore.addBan`. */
  add({ kind, mask, reason, by, at, until }: Ban): void {
    this.#add.run(kind, foldName(mask), reason, by, at, until ?? null);
  }

  /** As `RoomStore.removeBan`. */
  remove({ kind, mask }: Pick<Ban, "kind" | "mask">): boolean {
    return this.#remove.run(kind, foldName(mask)).changes > 0;
  }
}

function toBan(row: Columns): Ban {
  return {
    kind: KINDS.find((kind) => kind === row["kind"]) ?? damaged("kind", row["kind"]),
    mask: readText(row, "mask"),
    reason: readText(row, "reason"),
    by: readText(row, "set_by"),
    at: readNumber(row, "set_at"),
    until: readOptionalNumber(row, "until"),
  };
}
