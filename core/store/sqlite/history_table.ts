/**
 * The rooms' history: rows in the database, and the buffer of rows that are not committed yet.
 *
 * @module
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { stampOfId } from "../../ground/message_id.ts";
import { foldName } from "../../ground/names.ts";
import type { Edges, Place, PlacedRow, Stretch } from "../history_place.ts";
import {
  comparePlaces,
  edgesOfRow,
  edgesOfTime,
  stampOf,
  stretchesOf,
  targetsWithin,
} from "../history_place.ts";
import type {
  HistoryQuery,
  HistoryRef,
  HistoryRow,
  HistoryTarget,
  HistoryTargetRange,
  RoomKey,
} from "../history_store.ts";
import type { PruneCut, PruneOutcome, StoreSize } from "../store_upkeep.ts";
import { readNumber, readOptionalNumber } from "./columns.ts";
import { transaction } from "./database.ts";
import { COLUMNS, toPlaced, valuesOf } from "./history_columns.ts";
import { HistoryPruning } from "./history_pruning.ts";
import { ShownTimes } from "./shown_times.ts";

/** Buffered rows follow all stored ones, in the order in which they were appended. */
const FIRST_BUFFERED_SEQ = 2 ** 52;
/** Rows in one INSERT: a third faster than one by one; more rows gain nothing. */
const ROWS_PER_INSERT = 16;
/** Fewest pages that a commit adds to the log: a page of the table and of its index, and their roots. */
const PAGES_PER_COMMIT = 4;
const ROWS_PER_PAGE = 12;
const PAGE_BYTES = 4096;
/** Pages of one checkpoint: takes 1 to 3 ms, while 1000 pages take 5 or more. */
const PAGES_PER_CHECKPOINT = 400;
/** Log pages per deleted message: the messages are adjacent in the table, but scattered in the index. */
const PRUNED_ROWS_PER_PAGE = 1.5;

const IN_STRETCH = "room = ? AND life = ? AND (time, seq) > (?, ?) AND (time, seq) < (?, ?)";
// Skips from room to room in the index instead of reading all of it.
const ROOMS = `
  WITH RECURSIVE rooms(room) AS (
    SELECT min(room) FROM history
    UNION ALL
    SELECT (SELECT min(room) FROM history WHERE room > rooms.room) FROM rooms WHERE room IS NOT NULL
  ),
  lives(room, life) AS (
    SELECT room, (SELECT min(life) FROM history WHERE room = rooms.room) FROM rooms WHERE room IS NOT NULL
    UNION ALL
    SELECT room, (SELECT min(life) FROM history WHERE room = lives.room AND life > lives.life)
      FROM lives WHERE life IS NOT NULL
  )`;
const LAST_STAMP = `${ROOMS}
  SELECT max((SELECT max(time) FROM history WHERE room = lives.room AND life = lives.life)) AS time
  FROM lives WHERE life IS NOT NULL`;

/** The history of a SQLite store; see `HistoryStore` and `StoreUpkeep` for the methods. */
export class HistoryTable {
  readonly #db: DatabaseSync;
  readonly #insertOne: StatementSync;
  readonly #insertMany: StatementSync;
  readonly #oldest: StatementSync;
  readonly #newest: StatementSync;
  readonly #find: StatementSync;
  readonly #newestRow: StatementSync;
  readonly #lastStamp: StatementSync;
  readonly #pruning: HistoryPruning;
  readonly #shownTimes: ShownTimes;
  #buffer: HistoryRow[] = [];
  /** Estimated number of pages of the write-ahead log that are not in the file yet. */
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
      "SELECT seq FROM history WHERE room = ? AND life = ? AND time = ? AND id = ?",
    );
    this.#newestRow = db.prepare(
      "SELECT coalesce(shown, time) AS time FROM history WHERE room = ? AND life = ? " +
        "ORDER BY history.time DESC, seq DESC LIMIT 1",
    );
    this.#lastStamp = db.prepare(LAST_STAMP);
    this.#pruning = new HistoryPruning(db);
    this.#shownTimes = new ShownTimes(db);
  }

  /** As `HistoryStore.pending`. */
  get pending(): number {
    return this.#buffer.length;
  }

  /** As `HistoryStore.append`. */
  append(row: HistoryRow): void {
    this.#buffer.push(row);
  }

  /** As `HistoryStore.commit`. */
  commit(): void {
    if (this.#buffer.length === 0) return;
    transaction(this.#db, () => this.#insert(this.#buffer));
    this.#logPages += PAGES_PER_COMMIT + this.#buffer.length / ROWS_PER_PAGE;
    this.#buffer = [];
  }

  /** As `StoreUpkeep.tidy`. */
  tidy(): boolean {
    if (this.#logPages < PAGES_PER_CHECKPOINT) return false;
    this.#logPages = 0;
    this.#db.exec("PRAGMA wal_checkpoint(PASSIVE)");
    return true;
  }

  /** As `HistoryStore.query`. */
  query(room: RoomKey, query: HistoryQuery): HistoryRow[] {
    const key = folded(room);
    return stretchesOf(query, (ref) => this.#edgesOf(key, ref))
      .flatMap((stretch) => this.#read(key, stretch));
  }

  /** As `HistoryStore.lastStamp`. */
  lastStamp(): number {
    const stored = readOptionalNumber(this.#lastStamp.get() ?? { time: null }, "time") ?? 0;
    return this.#buffer.reduce((last, row) => Math.max(last, stampOf(row)), stored);
  }

  /** As `HistoryStore.targets`. */
  targets(rooms: readonly RoomKey[], range: HistoryTargetRange): HistoryTarget[] {
    const newest = rooms.map(folded)
      .map((room) => ({ room: room.name, time: this.#newestTimeOf(room) }));
    return targetsWithin(newest, range);
  }

  /** As `StoreUpkeep.prune`. */
  prune(cut: PruneCut, limit: number): PruneOutcome {
    const kept = this.#buffer.filter((row) => stampOf(row) >= cut.before);
    const { forgotten, isDone } = this.#pruning.prune(cut, limit);
    const buffered = this.#buffer.length - kept.length;
    this.#buffer = kept;
    this.#logPages += forgotten / PRUNED_ROWS_PER_PAGE;
    return { forgotten: forgotten + buffered, isDone };
  }

  /** As `StoreUpkeep.pruneOldest`. */
  pruneOldest(limit: number): number {
    const forgotten = this.#pruning.pruneOldest(limit);
    this.#logPages += forgotten / PRUNED_ROWS_PER_PAGE;
    return forgotten;
  }

  /** As `StoreUpkeep.size`. */
  size(): StoreSize {
    return this.#pruning.size();
  }

  /** As `StoreUpkeep.shrink`. */
  shrink(bytes: number): void {
    this.#pruning.shrink(bytes);
    this.#logPages += bytes / PAGE_BYTES;
  }

  #insert(rows: readonly HistoryRow[]): void {
    let at = 0;
    for (; at + ROWS_PER_INSERT <= rows.length; at += ROWS_PER_INSERT) {
      this.#insertMany.run(...rows.slice(at, at + ROWS_PER_INSERT).flatMap(valuesOf));
    }
    for (; at < rows.length; at++) this.#insertOne.run(...valuesOf(rows[at]!));
  }

  #read(room: RoomKey, { low, high, limit, keep }: Stretch): HistoryRow[] {
    const statement = keep === "oldest" ? this.#oldest : this.#newest;
    const { name, life } = room;
    const stored = statement.all(name, life, low.stamp, low.seq, high.stamp, high.seq, limit)
      .map(toPlaced);
    const buffered = this.#buffered(room).filter((placed) =>
      comparePlaces(placed, low) > 0 && comparePlaces(placed, high) < 0
    );
    const rows = [...stored, ...buffered].sort(comparePlaces);
    const from = keep === "oldest" ? 0 : Math.max(0, rows.length - limit);
    return rows.slice(from, from + limit).map(({ row }) => row);
  }

  #edgesOf(room: RoomKey, ref: HistoryRef): Edges | undefined {
    if (!("id" in ref)) return this.#shownTimes.edgesOf(room, ref.time) ?? edgesOfTime(ref.time);
    const place = this.#placeOf(room, ref.id);
    return place && edgesOfRow(place);
  }

  #placeOf(room: RoomKey, id: string): Place | undefined {
    const stamp = stampOfId(id);
    if (stamp === undefined) return undefined;
    const found = this.#find.get(room.name, room.life, stamp, id);
    if (found) return { stamp, seq: readNumber(found, "seq") };
    return this.#buffered(room).find(({ row }) => row.id === id);
  }

  #newestTimeOf(room: RoomKey): number {
    const buffered = this.#buffered(room).at(-1);
    if (buffered) return buffered.row.time;
    const row = this.#newestRow.get(room.name, room.life);
    return row === undefined ? -Infinity : readNumber(row, "time");
  }

  #buffered({ name, life }: RoomKey): PlacedRow[] {
    return this.#buffer.map((row, at) => ({
      stamp: stampOf(row),
      seq: FIRST_BUFFERED_SEQ + at,
      row: { ...row, room: foldName(row.room) },
    })).filter(({ row }) => row.room === name && row.life === life);
  }
}

function folded({ name, life }: RoomKey): RoomKey {
  return { name: foldName(name), life };
}

function insertOf(rows: number): string {
  const values = Array(rows).fill(`(${COLUMNS.replace(/\w+/g, "?")})`).join(", ");
  return `INSERT INTO history (${COLUMNS}) VALUES ${values}`;
}
