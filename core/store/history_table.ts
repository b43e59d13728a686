/**
 * The rooms' history: rows in the database, and the buffer of those that are not there yet.
 *
 * @module
 */
import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import * as v from "valibot";
import { foldName } from "../irc/names.ts";
import { timeOfId } from "../message_id.ts";
import { damaged, readNumber, readOptionalText, readText } from "./columns.ts";
import type { Columns } from "./columns.ts";
import { transaction } from "./database.ts";
import { comparePlaces, stretchesOf } from "./history_place.ts";
import type { Place, Stretch } from "./history_place.ts";
import type { HistoryQuery, HistoryRow, HistoryTarget } from "./store.ts";

const KINDS = ["message", "notice", "tags"] as const;
const TagRecord = v.record(v.string(), v.string());

/** Buffered rows come after every stored one, in the order in which they were appended. */
const FIRST_BUFFERED_SEQ = 2 ** 52;
/** Rows in one INSERT: a third quicker than one by one; more gains nothing. */
const ROWS_PER_INSERT = 16;
/** What a commit adds to the log at least: a page of the table and of its index, and their roots. */
const PAGES_PER_COMMIT = 4;
const ROWS_PER_PAGE = 12;
/** Small steps from the log to the file: each takes 1 to 3 ms, where 1000 pages take 5 and more. */
const PAGES_PER_CHECKPOINT = 400;
const ROWS_PER_PRUNE = 1_000;

const COLUMNS = "id, room, time, nick, mask, account, kind, text, tags";
const IN_STRETCH = "room = ? AND (time, seq) > (?, ?) AND (time, seq) < (?, ?)";
// Steps from room to room through the index instead of reading all of it.
const PRUNE = `
  WITH RECURSIVE rooms(room) AS (
    SELECT min(room) FROM history
    UNION ALL
    SELECT (SELECT min(room) FROM history WHERE room > rooms.room) FROM rooms WHERE room IS NOT NULL
  )
  DELETE FROM history WHERE seq IN (
    SELECT seq FROM rooms JOIN history USING (room) WHERE time < ? LIMIT ?
  )`;

/** A row with its place. */
type PlacedRow = Place & { readonly row: HistoryRow };

/** The history's part of a `Store`; its methods are documented there. */
export class HistoryTable {
  readonly #db: DatabaseSync;
  readonly #insertOne: StatementSync;
  readonly #insertMany: StatementSync;
  readonly #oldest: StatementSync;
  readonly #newest: StatementSync;
  readonly #find: StatementSync;
  readonly #newestTime: StatementSync;
  readonly #prune: StatementSync;
  #buffer: HistoryRow[] = [];
  /** About how many pages of the write-ahead log are not in the file yet. */
  #logPages = 0;

  /** The history of an open database. */
  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#insertOne = db.prepare(insertOf(1));
    this.#insertMany = db.prepare(insertOf(ROWS_PER_INSERT));
    const select = `SELECT seq, ${COLUMNS} FROM history WHERE ${IN_STRETCH}`;
    this.#oldest = db.prepare(`${select} ORDER BY time, seq LIMIT ?`);
    this.#newest = db.prepare(`${select} ORDER BY time DESC, seq DESC LIMIT ?`);
    this.#find = db.prepare(
      "SELECT seq FROM history WHERE room = ? AND time = ? AND id = ?",
    );
    this.#newestTime = db.prepare("SELECT max(time) AS time FROM history WHERE room = ?");
    this.#prune = db.prepare(PRUNE);
  }

  /** As `Store.pending`. */
  get pending(): number {
    return this.#buffer.length;
  }

  /** As `Store.appendMessage`. */
  append(row: HistoryRow): void {
    this.#buffer.push(row);
  }

  /** As `Store.commit`. */
  commit(): void {
    if (this.#buffer.length === 0) return;
    transaction(this.#db, () => this.#insert(this.#buffer));
    this.#logPages += PAGES_PER_COMMIT + this.#buffer.length / ROWS_PER_PAGE;
    this.#buffer = [];
  }

  /** As `Store.tidy`. */
  tidy(): void {
    if (this.#logPages < PAGES_PER_CHECKPOINT) return;
    this.#logPages = 0;
    this.#db.exec("PRAGMA wal_checkpoint(PASSIVE)");
  }

  /** As `Store.history`. */
  query(room: string, query: HistoryQuery, notBefore = 0): HistoryRow[] {
    const folded = foldName(room);
    const placeOf = (id: string) => this.#placeOf(folded, id);
    return stretchesOf(query, { placeOf, notBefore })
      .flatMap((stretch) => this.#read(folded, stretch));
  }

  /** As `Store.historyTargets`. */
  targets(
    rooms: readonly string[],
    { from, to, limit }: { readonly from: number; readonly to: number; readonly limit: number },
  ): HistoryTarget[] {
    const [low, high] = from <= to ? [from, to] : [to, from];
    const targets = [...new Set(rooms.map(foldName))]
      .map((room) => ({ room, time: this.#newestTimeOf(room) }))
      .filter(({ time }) => time > low && time < high)
      .sort((left, right) => left.time - right.time);
    return from <= to
      ? targets.slice(0, limit)
      : targets.slice(Math.max(0, targets.length - limit));
  }

  /** As `Store.prune`. */
  prune(before: number, limit = ROWS_PER_PRUNE): number {
    const kept = this.#buffer.filter((row) => row.time >= before);
    const stored = Number(this.#prune.run(before, limit).changes);
    const buffered = this.#buffer.length - kept.length;
    this.#buffer = kept;
    return stored + buffered;
  }

  #insert(rows: readonly HistoryRow[]): void {
    let at = 0;
    for (; at + ROWS_PER_INSERT <= rows.length; at += ROWS_PER_INSERT) {
      this.#insertMany.run(...rows.slice(at, at + ROWS_PER_INSERT).flatMap(valuesOf));
    }
    for (; at < rows.length; at++) this.#insertOne.run(...valuesOf(rows[at]!));
  }

  #read(room: string, { low, high, limit, keep }: Stretch): HistoryRow[] {
    const statement = keep === "oldest" ? this.#oldest : this.#newest;
    const stored = statement.all(room, low.time, low.seq, high.time, high.seq, limit).map(toPlaced);
    const buffered = this.#buffered().filter((placed) =>
      placed.row.room === room && comparePlaces(placed, low) > 0 && comparePlaces(placed, high) < 0
    );
    const rows = [...stored, ...buffered].sort(comparePlaces);
    const from = keep === "oldest" ? 0 : Math.max(0, rows.length - limit);
    return rows.slice(from, from + limit).map(({ row }) => row);
  }

  #placeOf(room: string, id: string): Place | undefined {
    const time = timeOfId(id);
    if (time === undefined) return undefined;
    const found = this.#find.get(room, time, id);
    if (found) return { time, seq: readNumber(found, "seq") };
    return this.#buffered().find(({ row }) => row.room === room && row.id === id);
  }

  #newestTimeOf(room: string): number {
    const row = this.#newestTime.get(room);
    const stored = row === undefined || row["time"] === null ? -Infinity : readNumber(row, "time");
    return this.#buffer.reduce(
      (newest, row) => foldName(row.room) === room ? Math.max(newest, row.time) : newest,
      stored,
    );
  }

  #buffered(): PlacedRow[] {
    return this.#buffer.map((row, at) => ({
      time: row.time,
      seq: FIRST_BUFFERED_SEQ + at,
      row: { ...row, room: foldName(row.room) },
    }));
  }
}

function insertOf(rows: number): string {
  const values = Array(rows).fill("(?, ?, ?, ?, ?, ?, ?, ?, ?)").join(", ");
  return `INSERT INTO history (${COLUMNS}) VALUES ${values}`;
}

function valuesOf(row: HistoryRow): SQLInputValue[] {
  return [
    row.id,
    foldName(row.room),
    row.time,
    row.from,
    row.mask,
    row.account ?? null,
    KINDS.indexOf(row.kind),
    row.text,
    row.tags === undefined ? null : JSON.stringify(row.tags),
  ];
}

function toPlaced(row: Columns): PlacedRow {
  const time = readNumber(row, "time");
  return {
    time,
    seq: readNumber(row, "seq"),
    row: {
      id: readText(row, "id"),
      room: readText(row, "room"),
      time,
      from: readText(row, "nick"),
      mask: readText(row, "mask"),
      account: readOptionalText(row, "account"),
      kind: KINDS[readNumber(row, "kind")] ?? damaged("kind", row["kind"]),
      text: readText(row, "text"),
      tags: readTags(row),
    },
  };
}

function readTags(row: Columns): HistoryRow["tags"] {
  const json = readOptionalText(row, "tags");
  if (json === undefined) return undefined;
  try {
    return v.parse(TagRecord, JSON.parse(json));
  } catch {
    return damaged("tags", json);
  }
}
