/**
 * A {@linkcode Store} in a SQLite database: one file, one server.
 *
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import type { Store } from "../store.ts";
import { explainStoreError, openDatabase, type OpenDatabaseOptions } from "./database.ts";
import { storeGuard } from "./guard.ts";
import { HistoryTable } from "./history_table.ts";
import { SqliteAccounts } from "./sqlite_accounts.ts";
import { SqliteHistory } from "./sqlite_history.ts";
import { SqliteRooms } from "./sqlite_rooms.ts";
import { SqliteUpkeep } from "./sqlite_upkeep.ts";

export type { OpenDatabaseOptions, SqliteAccounts, SqliteHistory, SqliteRooms, SqliteUpkeep };

/**
 * Opens or creates the store at `path`; `":memory:"` for one without a file.
 *
 * Permissions: read and write for `path`, `path-wal` and `path-journal`.
 *
 * @throws {StoreError} "locked" when another server has it open; "corrupt", "newer-version", "disk-full" or "unreadable".
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { openStore } from "./sqlite_store.ts";
 * using store = openStore(":memory:");
 * store.history.append({
 *   id: "1", room: "#lobby", life: 1, time: 1000, from: "amy", mask: "amy@host", account: "amy",
 *   kind: "message", text: "hello", tags: undefined,
 * });
 * store.history.commit();
 * const [row] = store.history.query({ name: "#Lobby", life: 1 }, { kind: "latest", limit: 50 });
 * assert.equal(row?.text, "hello");
 * ```
 */
export function openStore(path: string, options: OpenDatabaseOptions = {}): SqliteStore {
  return explainStoreError(
    `Cannot open database ${path}`,
    () => new SqliteStore(path, openDatabase(path, options)),
  );
}

/** A {@linkcode Store} whose answers are plain values; opened by {@linkcode openStore}. */
export class SqliteStore implements Store, Disposable {
  readonly accounts: SqliteAccounts;
  readonly rooms: SqliteRooms;
  readonly history: SqliteHistory;
  readonly upkeep: SqliteUpkeep;
  readonly #db: DatabaseSync;

  /** The store of an open database, which it closes when disposed. */
  constructor(path: string, db: DatabaseSync) {
    this.#db = db;
    try {
      const guard = storeGuard(path);
      const history = new HistoryTable(db);
      this.accounts = new SqliteAccounts(db, guard);
      this.rooms = new SqliteRooms(db, guard);
      this.history = new SqliteHistory(history, guard);
      this.upkeep = new SqliteUpkeep({ path, db, history, guard });
    } catch (error) {
      db.close();
      throw error;
    }
  }

  /** Commits the buffer, and closes the database. */
  [Symbol.dispose](): void {
    if (!this.#db.isOpen) return;
    try {
      this.history.commit();
    } finally {
      this.#db.close();
    }
  }

  /** As `[Symbol.dispose]()`. */
  [Symbol.asyncDispose](): Promise<void> {
    return Promise.try(() => this[Symbol.dispose]());
  }
}
