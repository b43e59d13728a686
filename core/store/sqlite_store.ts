/**
 * A {@linkcode Store} in a SQLite database: one file, one server.
 *
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import type { Verifier } from "../identity/verifier.ts";
import { AccountTable } from "./account_table.ts";
import { AddressTable } from "./address_table.ts";
import { backupTo } from "./backup.ts";
import { BanTable } from "./ban_table.ts";
import { readBytes, readOptionalNumber } from "./columns.ts";
import { explainStoreError, explainStoreErrorAsync, openDatabase } from "./database.ts";
import type { OpenDatabaseOptions } from "./database.ts";
import { HistoryTable } from "./history_table.ts";
import { RoomTable } from "./room_table.ts";
import { StoreError } from "./store.ts";
import type {
  Account,
  Ban,
  HistoryQuery,
  HistoryRow,
  HistoryTarget,
  KnownAddress,
  PruneCut,
  PruneOutcome,
  RoomKey,
  RoomRow,
  Store,
  StoreSize,
} from "./store.ts";

export type { OpenDatabaseOptions };

/**
 * Opens or makes the store at `path`; `":memory:"` is one that is gone when disposed.
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
 * store.appendMessage({
 *   id: "1", room: "#lobby", life: 1, time: 1000, from: "amy", mask: "amy@host", account: "amy",
 *   kind: "message", text: "hello", tags: undefined,
 * });
 * store.commit();
 * const [row] = store.history({ name: "#Lobby", life: 1 }, { kind: "latest", limit: 50 });
 * assert.equal(row?.text, "hello");
 * ```
 */
export function openStore(path: string, options: OpenDatabaseOptions = {}): Store {
  return explainStoreError(`Cannot open database ${path}`, () => new SqliteStore(path, options));
}

class SqliteStore implements Store {
  readonly secret: Uint8Array;
  readonly #path: string;
  readonly #db: DatabaseSync;
  readonly #accounts: AccountTable;
  readonly #addresses: AddressTable;
  readonly #history: HistoryTable;
  readonly #rooms: RoomTable;
  readonly #bans: BanTable;
  #copying = false;

  constructor(path: string, options: OpenDatabaseOptions) {
    this.#path = path;
    this.#db = openDatabase(path, options);
    try {
      this.secret = readSecret(this.#db);
      this.#accounts = new AccountTable(this.#db);
      this.#addresses = new AddressTable(this.#db);
      this.#history = new HistoryTable(this.#db);
      this.#rooms = new RoomTable(this.#db);
      this.#bans = new BanTable(this.#db);
    } catch (error) {
      this.#db.close();
      throw error;
    }
  }

  get pending(): number {
    return this.#history.pending;
  }

  findAccount(name: string): Account | undefined {
    return this.#try("read accounts", () => this.#accounts.find(name));
  }

  findLookalike(name: string): string | undefined {
    return this.#try("read accounts", () => this.#accounts.findLookalike(name));
  }

  createAccount(name: string, verifier: Verifier, at: number): "created" | "taken" | "lookalike" {
    return this.#try("store account", () => this.#accounts.create(name, verifier, at));
  }

  setVerifier(name: string, verifier: Verifier): boolean {
    return this.#try("store account", () => this.#accounts.setVerifier(name, verifier));
  }

  dropAccount(name: string): boolean {
    return this.#try("drop account", () => this.#accounts.drop(name));
  }

  accounts(): Account[] {
    return this.#try("read accounts", () => this.#accounts.all());
  }

  touchAccount(name: string, at: number): void {
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

  appendMessage(row: HistoryRow): void {
    this.#history.append(row);
  }

  commit(): void {
    this.#try("store messages", () => this.#history.commit());
  }

  tidy(): boolean {
    return this.#try("tidy up", () => this.#history.tidy());
  }

  history(room: RoomKey, query: HistoryQuery): HistoryRow[] {
    return this.#try("read messages", () => this.#history.query(room, query));
  }

  lastStamp(): number {
    return this.#try("read messages", () => this.#history.lastStamp());
  }

  historyTargets(
    rooms: readonly RoomKey[],
    range: { readonly from: number; readonly to: number; readonly limit: number },
  ): HistoryTarget[] {
    return this.#try("read messages", () => this.#history.targets(rooms, range));
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

  rooms(): RoomRow[] {
    return this.#try("read rooms", () => this.#rooms.all());
  }

  saveRoom(room: RoomRow): void {
    this.#try("store room", () => this.#rooms.save(room));
  }

  dropRoom(name: string): boolean {
    return this.#try("drop room", () => this.#rooms.drop(name));
  }

  bans(): Ban[] {
    return this.#try("read bans", () => this.#bans.all());
  }

  addBan(ban: Ban): void {
    this.#try("store ban", () => this.#bans.add(ban));
  }

  removeBan(ban: Pick<Ban, "kind" | "mask">): boolean {
    return this.#try("drop ban", () => this.#bans.remove(ban));
  }

  async backup(path: string, signal?: AbortSignal): Promise<void> {
    const cannot = `Cannot copy ${this.#path} to ${path}`;
    if (this.#copying) throw new StoreError("locked", `${cannot}: another copy is being made`);
    this.commit();
    this.#copying = true;
    try {
      await explainStoreErrorAsync(cannot, () => backupTo(this.#db, path, signal));
    } finally {
      this.#copying = false;
    }
  }

  [Symbol.dispose](): void {
    if (!this.#db.isOpen) return;
    try {
      this.commit();
    } finally {
      this.#db.close();
    }
  }

  #try<T>(what: string, action: () => T): T {
    return explainStoreError(`Cannot ${what} in ${this.#path}`, action);
  }
}

function readSecret(db: DatabaseSync): Uint8Array {
  return readBytes(db.prepare("SELECT secret FROM server").get() ?? {}, "secret");
}
