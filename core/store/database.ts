/**
 * Opens the database file: who may read it, who may have it open, what version it is, and what its errors mean.
 *
 * @module
 */
import { DatabaseSync } from "node:sqlite";
import { requireRegular } from "../regular_file.ts";
import { readNumber } from "./columns.ts";
import { MIGRATIONS } from "./migrations.ts";
import { StoreError, type StoreFault } from "./store_error.ts";

/** Marks a file as ours (`PRAGMA application_id`): "chat" in ASCII. */
const APPLICATION_ID = 0x63686174;
const OWNER_ONLY = 0o600;
/** Within a commit only when nobody calls `StoreUpkeep.tidy`, which does the same while nobody waits. */
const PAGES_PER_CHECKPOINT = 4000;

/** Settings of {@linkcode openDatabase}. */
export interface OpenDatabaseOptions {
  /** How long to wait for a server that is just stopping. 2 s unless told. */
  readonly waitMs?: number | undefined;
  /** The file never grows beyond this; what does not fit fails as on a full disk. */
  readonly maxBytes?: number | undefined;
}

/**
 * Opens or makes the database at `path` (`":memory:"` for one without a file) and brings it to this version. The file is
 * the owner's alone (mode 0600), and locked until closed: a second server is turned away.
 *
 * Write-ahead log with `synchronous=NORMAL`: what was committed survives a crash of the process at any moment; a power cut
 * may take the last seconds, never the file. {@linkcode durably} makes an exception for what must not be lost.
 *
 * Permissions: read and write for `path`, `path-wal` and `path-journal`.
 *
 * @throws {StoreError} "corrupt" or "newer-version"; and what {@linkcode explainStoreError} turns into one.
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

/** Runs `action` in one transaction: all of it is stored, or nothing. */
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

/** Runs `action` so that what it writes is on the disk when it is over, and survives a power cut. */
export function durably<T>(db: DatabaseSync, action: () => T): T {
  db.exec("PRAGMA synchronous = FULL");
  try {
    return action();
  } finally {
    db.exec("PRAGMA synchronous = NORMAL");
  }
}

/**
 * Runs `action`, and says in a {@linkcode StoreError} what a failure of the database means.
 *
 * @param cannot What could not be done, for the message.
 */
export function explainStoreError<T>(cannot: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw explained(cannot, error);
  }
}

/** {@linkcode explainStoreError} for what takes its time. */
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

/** SQLite's own words for its result codes (`sqlite3_errstr`), the only mark of them that every runtime passes on. */
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

/** SQLite gives its log the mode of the file, so the file is made first. */
function keepToOwner(path: string): void {
  try {
    // `createNew` never opens a file that is there: closing it again would drop the lock on it that this
    // process may hold (fcntl locks belong to the process).
    Deno.openSync(path, { createNew: true, write: true, mode: OWNER_ONLY }).close();
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    const info = Deno.statSync(path);
    requireDatabaseFile(info);
    const { mode } = info;
    if (mode !== null && (mode & 0o077) !== 0) Deno.chmodSync(path, OWNER_ONLY);
  }
}

/** SQLite would wait for the other end of a named pipe. */
function requireDatabaseFile(info: Deno.FileInfo): void {
  try {
    requireRegular(info);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new StoreError("unreadable", why, { cause });
  }
}

function prepare(db: DatabaseSync, { waitMs = 2_000, maxBytes }: OpenDatabaseOptions): void {
  db.exec(`PRAGMA busy_timeout = ${waitMs}`);
  // Before the first read, so that the log's index is in memory and no other process can join.
  db.exec("PRAGMA locking_mode = EXCLUSIVE");
  // Has to be said before the first table: what is forgotten later can be given back to the file system.
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
