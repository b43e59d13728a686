/**
 * The upkeep of a SQLite store: pruning, checkpoints, free pages, and copies of the file.
 *
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import { StoreError } from "../store_error.ts";
import type { PruneCut, PruneOutcome, StoreSize, StoreUpkeep } from "../store_upkeep.ts";
import { backupTo } from "./backup.ts";
import { readOptionalNumber } from "./columns.ts";
import { explainStoreErrorAsync } from "./database.ts";
import type { StoreGuard } from "./guard.ts";
import type { HistoryTable } from "./history_table.ts";

/** Options for {@linkcode SqliteUpkeep}. */
export interface SqliteUpkeepOptions {
  /** The database's file, for messages. */
  readonly path: string;
  readonly db: DatabaseSync;
  readonly history: HistoryTable;
  readonly guard: StoreGuard;
}

/** A {@linkcode StoreUpkeep} whose answers, except backups, are plain values. */
export class SqliteUpkeep implements StoreUpkeep {
  readonly #path: string;
  readonly #db: DatabaseSync;
  readonly #history: HistoryTable;
  readonly #try: StoreGuard;
  #isCopying = false;

  /** The upkeep of an open database. */
  constructor({ path, db, history, guard }: SqliteUpkeepOptions) {
    this.#path = path;
    this.#db = db;
    this.#history = history;
    this.#try = guard;
  }

  tidy(): boolean {
    return this.#try("tidy up", () => this.#history.tidy());
  }

  prune(cut: PruneCut, limit: number): PruneOutcome {
    return this.#try("drop messages", () => this.#history.prune(cut, limit));
  }

  pruneOldest(limit: number): number {
    return this.#try("drop messages", () => this.#history.pruneOldest(limit));
  }

  size(): StoreSize {
    return this.#try("read size", () => this.#history.size());
  }

  shrink(bytes: number): void {
    this.#try("give back space", () => this.#history.shrink(bytes));
  }

  notedTime(): number | undefined {
    const row = () => this.#db.prepare("SELECT noted_time FROM server").get() ?? {};
    return this.#try("read time", () => readOptionalNumber(row(), "noted_time"));
  }

  noteTime(time: number): void {
    const note = () => this.#db.prepare("UPDATE server SET noted_time = ?").run(Math.round(time));
    this.#try("store time", note);
  }

  async backup(path: string, signal?: AbortSignal): Promise<void> {
    const cannot = `Cannot copy ${this.#path} to ${path}`;
    if (this.#isCopying) throw new StoreError("locked", `${cannot}: another copy is being made`);
    this.#try("store messages", () => this.#history.commit());
    this.#isCopying = true;
    try {
      await explainStoreErrorAsync(cannot, () => backupTo(this.#db, path, signal));
    } finally {
      this.#isCopying = false;
    }
  }
}
