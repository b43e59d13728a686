/**
 * Pruning: deletes messages that are too old, or the oldest ones if the file is too large.
 *
 * The oldest messages are the first rows of the table and are deleted in batches. If a clock was wrong, older ones may be
 * behind newer ones: these are searched room by room.
 *
 * @module
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { EARLIEST_TIME } from "../../ground/clock.ts";
import type { RoomKey } from "../history_store.ts";
import type { PruneCut, PruneOutcome, StoreSize } from "../store_upkeep.ts";
import { readNumber, readOptionalNumber, readText } from "./columns.ts";

/** Searching a room costs as much as deleting this many messages. */
const ROWS_PER_ROOM = 5;

/** Prunes the history of a database. */
export class HistoryPruning {
  readonly #firstRows: StatementSync;
  readonly #oldestRows: StatementSync;
  readonly #nextRoom: StatementSync;
  readonly #inRoom: StatementSync;
  readonly #lastShown: StatementSync;
  readonly #until: StatementSync;
  readonly #freePages: StatementSync;
  readonly #pages: StatementSync;
  readonly #db: DatabaseSync;
  readonly #pageBytes: number;
  /** The room that was searched last; `undefined` before the first one. */
  #room: RoomKey | undefined;

  /** The history of an open database. */
  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#firstRows = db.prepare(
      "DELETE FROM history WHERE seq IN (SELECT seq FROM history ORDER BY seq LIMIT ?)",
    );
    this.#oldestRows = db.prepare(
      "DELETE FROM history WHERE seq IN " +
        "(SELECT seq FROM (SELECT seq, time FROM history ORDER BY seq LIMIT ?) WHERE time < ?)",
    );
    this.#nextRoom = db.prepare(
      "SELECT room, life FROM history WHERE (room, life) > (?, ?) ORDER BY room, life LIMIT 1",
    );
    this.#inRoom = db.prepare(
      "DELETE FROM history WHERE seq IN " +
        "(SELECT seq FROM history WHERE room = ? AND life = ? AND time < ? ORDER BY time LIMIT ?)",
    );
    this.#lastShown = db.prepare(
      "SELECT max(seq) AS seq FROM history WHERE shown BETWEEN ? AND ? AND time > ?",
    );
    this.#until = db.prepare(
      "DELETE FROM history WHERE seq IN (SELECT seq FROM history WHERE seq <= ? ORDER BY seq LIMIT ?)",
    );
    this.#freePages = db.prepare("PRAGMA freelist_count");
    this.#pages = db.prepare("PRAGMA page_count");
    this.#pageBytes = readNumber(db.prepare("PRAGMA page_size").get() ?? {}, "page_size");
  }

  /** As `StoreUpkeep.prune`, for stored messages. */
  prune({ before, now }: PruneCut, limit: number): PruneOutcome {
    if (this.#room === undefined) {
      const forgotten = Number(this.#oldestRows.run(limit, before).changes) ||
        this.#pruneShown({ before, now }, limit);
      if (forgotten > 0) return { forgotten, isDone: false };
    }
    return this.#pruneRooms(before, limit);
  }

  /** As `StoreUpkeep.pruneOldest`. */
  pruneOldest(limit: number): number {
    return Number(this.#firstRows.run(limit).changes);
  }

  /** As `StoreUpkeep.size`. */
  size(): StoreSize {
    const pages = readNumber(this.#pages.get() ?? {}, "page_count");
    const free = readNumber(this.#freePages.get() ?? {}, "freelist_count");
    return { usedBytes: (pages - free) * this.#pageBytes, fileBytes: pages * this.#pageBytes };
  }

  /** As `StoreUpkeep.shrink`. */
  shrink(bytes: number): void {
    // Returns a row for each page: it stops unless all of them are read.
    this.#db.prepare(`PRAGMA incremental_vacuum(${Math.ceil(bytes / this.#pageBytes)})`).all();
  }

  /**
   * Messages sent after a clock that was ahead had been set back: their stamps are in the future and say nothing about
   * their age; the shown times do, unless that clock had never been set. Messages before them are older.
   */
  #pruneShown({ before, now }: PruneCut, limit: number): number {
    const last = readOptionalNumber(
      this.#lastShown.get(EARLIEST_TIME, before - 1, now) ?? { seq: null },
      "seq",
    );
    return last === undefined ? 0 : Number(this.#until.run(last, limit).changes);
  }

  #pruneRooms(before: number, limit: number): PruneOutcome {
    let forgotten = 0;
    for (let left = limit; left > 0; left -= ROWS_PER_ROOM) {
      const { name, life } = this.#room ?? { name: "", life: 0 };
      const row = this.#nextRoom.get(name, life);
      if (row === undefined) {
        this.#room = undefined;
        return { forgotten, isDone: true };
      }
      const next = { name: readText(row, "room"), life: readNumber(row, "life") };
      const changes = Number(this.#inRoom.run(next.name, next.life, before, left).changes);
      forgotten += changes;
      left -= changes;
      if (left > 0) this.#room = next;
    }
    return { forgotten, isDone: false };
  }
}
