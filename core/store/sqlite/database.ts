/**
 * Opens the database file: its permissions, its lock, its version, and its errors.
 *
 * @module
 */
import { DatabaseSync } from "node:sqlite";
import { messageOf } from "../../ground/message_of.ts";
import { requireRegular } from "../../ground/regular_file.ts";
import { StoreError, type StoreFault } from "../store_error.ts";
import { readNumber } from "./columns.ts";
import { MIGRATIONS } from "./migrations.ts";

/** Marks a file as ours (`PRAGMA application_id`): "chat" in ASCII. */
const APPLICATION_ID = 0x63686174;
const OWNER_ONLY = 0o600;
/** SQLite's own checkpoints within commits: a fallback for `StoreUpkeep.tidy`, which runs them outside commits. */
const PAGES_PER_CHECKPOINT = 4000;

/** Options for {@linkcode openDatabase}. */
export interface OpenDatabaseOptions {
  /** How long to wait for a server that is stopping; 2 s by default. */
  readonly waitMs?: number | undefined;
  /** Largest size of the file; beyond it writes fail as on a full disk. */
  readonly maxBytes?: number | undefined;
}

/**
 * Opens or creates the database at `path` (`":memory:"` for one without a file) and migrates it to this version. The file has
 * mode 0600 and is locked until closed: a second server is refused.
 *
 * Write-ahead log with `synchronous=NORMAL`: commits survive a crash of the process at any moment; a power cut
 * may lose the last seconds, but never damages the file. Use {@linkcode durably} for writes that must not be lost.
 *
 * Permissions: read and write for `path`, `path-wal` and `path-journal`.
 *
 * @throws {StoreError} "corrupt" or "newer-version", or an error of {@linkcode explainStoreError}.
 */
export function openDatabase(path: string, options: OpenDatabaseOptions = {}): DatabaseSync {
  if (path !== ":memory:") keepToOwner(path);
  const db = new DatabaseSync(path);
  try {
    prepare(db, options);
    migrate(db);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Runs `action` in one transaction. */
export function transaction<T>(db: DatabaseSync, action: () => T): T {
  db.exec("BEGIN IMMEDIATE");
  try {
    const result = action();
    db.exec("COMMIT");
    return result;
  } catch (error) {
    if (db.isTransaction) db.exec("ROLLBACK");
    throw error;
  }
}

/** Runs `action` so that its writes are on the disk when it returns, and survive a power cut. */
export function durably<T>(db: DatabaseSync, action: () => T): T {
  db.exec("PRAGMA synchronous = FULL");
  try {
    return action();
  } finally {
    db.exec("PRAGMA synchronous = NORMAL");
  }
}

/**
 * Runs `action`, and converts errors of the database to {@linkcode StoreError}.
 *
 * @param cannot The beginning of the message: what could not be done.
 */
export function explainStoreError<T>(cannot: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw explained(cannot, error);
  }
}

/** {@linkcode explainStoreError} for an asynchronous action. */
export async function explainStoreErrorAsync<T>(
  cannot: string,
  action: () => Promise<T>,
): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw explained(cannot, error);
  }
}

/** SQLite's texts of its result codes (`sqlite3_errstr`), the only form of them available in every runtime. */
const FAULTS: readonly (readonly [RegExp, StoreFault])[] = [
  [/database (table )?is locked/, "locked"],
  [/file is not a database|disk image is malformed/, "corrupt"],
  [/database or disk is full/, "disk-full"],
  [/unable to open|readonly database|disk I\/O error|access permission denied/, "unreadable"],
];

function explained(cannot: string, error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const fault = error instanceof StoreError ? error.fault : faultOf(error);
  if (fault === undefined) return error;
  return new StoreError(fault, `${cannot}: ${error.message}`, { cause: error });
}

function faultOf(error: Error): StoreFault | undefined {
  if (error instanceof Deno.errors.NotCapable) return "unreadable";
  if (error instanceof Deno.errors.NotFound) return "unreadable";
  if (error instanceof Deno.errors.PermissionDenied) return "unreadable";
  return FAULTS.find(([words]) => words.test(error.message))?.[1];
}

/** Creates the file first, since SQLite's log gets the mode of the file. */
function keepToOwner(path: string): void {
  try {
    // `createNew` never opens an existing file: closing it would release a lock on it that this
    // process may have (fcntl locks belong to the process).
    Deno.openSync(path, { createNew: true, write: true, mode: OWNER_ONLY }).close();
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    const info = Deno.statSync(path);
    requireDatabaseFile(info);
    const { mode } = info;
    if (mode !== null && (mode & 0o077) !== 0) Deno.chmodSync(path, OWNER_ONLY);
  }
}

/** SQLite would block on a named pipe. */
function requireDatabaseFile(info: Deno.FileInfo): void {
  try {
    requireRegular(info);
  } catch (cause) {
    const why = messageOf(cause);
    throw new StoreError("unreadable", why, { cause });
  }
}

function prepare(db: DatabaseSync, { waitMs = 2_000, maxBytes }: OpenDatabaseOptions): void {
  db.exec(`PRAGMA busy_timeout = ${waitMs}`);
  // Before the first read, so that the index of the log is in memory and no other process can open the database.
  db.exec("PRAGMA locking_mode = EXCLUSIVE");
  // Must be set before the first table is created: allows returning free pages to the file system.
  db.exec("PRAGMA auto_vacuum = INCREMENTAL");
  const id = readPragma(db, "application_id");
  const tables = db.prepare("SELECT 1 FROM sqlite_schema LIMIT 1").get();
  if (id !== APPLICATION_ID && (id !== 0 || tables !== undefined)) {
    throw new StoreError("corrupt", "file belongs to another program");
  }
  db.exec("PRAGMA journal_mode = WAL");
  db.exec("PRAGMA synchronous = NORMAL");
  db.exec(`PRAGMA wal_autocheckpoint = ${PAGES_PER_CHECKPOINT}`);
  if (maxBytes !== undefined) {
    const pages = Math.floor(maxBytes / readPragma(db, "page_size"));
    db.exec(`PRAGMA max_page_count = ${pages}`);
  }
}

function migrate(db: DatabaseSync): void {
  transaction(db, () => {
    const version = readPragma(db, "user_version");
    if (version > MIGRATIONS.length) {
      throw new StoreError(
        "newer-version",
        `file has version ${version}, this program knows ${MIGRATIONS.length}`,
      );
    }
    if (version === MIGRATIONS.length) return;
    for (const step of MIGRATIONS.slice(version)) db.exec(step);
    db.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
    db.exec(`PRAGMA user_version = ${MIGRATIONS.length}`);
  });
}

function readPragma(db: DatabaseSync, name: string): number {
  const row = db.prepare(`PRAGMA ${name}`).get();
  return row === undefined ? 0 : readNumber(row, name);
}
