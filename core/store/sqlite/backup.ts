/**
 * Copies a database while its server is running.
 *
 * SQLite's own backup blocks the event loop for its whole duration, about 2 ms per megabyte. Here accounts, rooms and bans
 * are copied at one instant, then the messages of that instant in small batches. (`VACUUM INTO` and `ATTACH` are
 * not available without all permissions.)
 *
 * @module
 */
import type { DatabaseSync, SQLOutputValue, StatementSync } from "node:sqlite";
import { breathe } from "../../ground/breathe.ts";
import { readNumber, readOptionalNumber } from "./columns.ts";
import { openDatabase, transaction } from "./database.ts";

const SMALL_TABLES = ["server", "account", "known_address", "room", "ban"];
/** Size of a batch: about 2 ms. */
const ROWS_PER_STEP = 200;

/**
 * Copies an open database to a new file with mode 0600. On an error, no file is left.
 *
 * Permissions: read and write for `path`, `path-wal` and `path-journal`.
 *
 * @param signal Aborts the copy.
 * @throws {Deno.errors.AlreadyExists} When there is a file at `path`.
 */
export async function backupTo(
  db: DatabaseSync,
  path: string,
  signal?: AbortSignal,
): Promise<void> {
  Deno.openSync(path, { createNew: true, write: true, mode: 0o600 }).close();
  try {
    const copy = openDatabase(path);
    try {
      // The copy is useless until it is complete: no journal, and a single fsync at the end.
      copy.exec("PRAGMA journal_mode = OFF");
      copy.exec("PRAGMA synchronous = OFF");
      await copyAll(db, copy, signal);
    } finally {
      copy.close();
    }
    using file = await Deno.open(path, { read: true, write: true });
    await file.sync();
  } catch (error) {
    Deno.removeSync(path);
    throw error;
  }
}

async function copyAll(
  db: DatabaseSync,
  copy: DatabaseSync,
  signal: AbortSignal | undefined,
): Promise<void> {
  const last = maxSeq(db);
  transaction(copy, () => {
    for (const table of SMALL_TABLES) {
      const rows = db.prepare(`SELECT * FROM ${table}`);
      copy.exec(`DELETE FROM ${table}`);
      insertionInto(copy, table, rows)(rows.all());
    }
  });
  const step = db.prepare("SELECT * FROM history WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?");
  const insert = insertionInto(copy, "history", step);
  for (let copied = 0; copied < last;) {
    const rows = step.all(copied, last, ROWS_PER_STEP);
    if (rows.length === 0) return; // the rest has been pruned meanwhile
    transaction(copy, () => insert(rows));
    copied = readNumber(rows.at(-1)!, "seq");
    await breathe();
    signal?.throwIfAborted();
  }
}

/**
 * Writes whole rows that `query` reads. Both databases have the same migrations, so their columns are in the same order.
 */
function insertionInto(
  copy: DatabaseSync,
  table: string,
  query: StatementSync,
): (rows: readonly Record<string, SQLOutputValue>[]) => void {
  const marks = query.columns().map(() => "?").join(", ");
  const insert = copy.prepare(`INSERT INTO ${table} VALUES (${marks})`);
  return (rows) => {
    for (const row of rows) insert.run(...Object.values(row));
  };
}

function maxSeq(db: DatabaseSync): number {
  const row = db.prepare("SELECT max(seq) AS seq FROM history").get() ?? {};
  return readOptionalNumber(row, "seq") ?? 0;
}
