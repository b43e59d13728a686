/**
 * Rooms in the database.
 *
 * @module
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { foldName } from "../../ground/names.ts";
import type { RoomRow } from "../room_store.ts";
import type { Columns } from "./columns.ts";
import { readNumber, readOptionalNumber, readOptionalText, readText } from "./columns.ts";

/** The rooms of a SQLite store; see `RoomStore` for the methods. */
export class RoomTable {
  readonly #all: StatementSync;
  readonly #save: StatementSync;
  readonly #drop: StatementSync;

  /** The rooms of an open database. */
  constructor(db: DatabaseSync) {
    this.#all = db.prepare("SELECT * FROM room ORDER BY folded");
    this.#save = db.prepare("INSERT OR REPLACE INTO room VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
    this.#drop = db.prepare("DELETE FROM room WHERE folded = ?");
  }

  /** As `RoomStore.list`. */
  all(): RoomRow[] {
    return this.#all.all().map(toRoom);
  }

  /** As `RoomStore.save`. */
  save(room: RoomRow): void {
    this.#save.run(
      foldName(room.name),
      room.name,
      room.topic ?? null,
      room.topicBy ?? null,
      room.topicAt ?? null,
      room.founder ?? null,
      room.modes,
      room.createdAt,
      room.life,
    );
  }

  /** As `RoomStore.drop`. */
  drop(name: string): boolean {
    return this.#drop.run(foldName(name)).changes > 0;
  }
}

function toRoom(row: Columns): RoomRow {
  return {
    name: readText(row, "name"),
    topic: readOptionalText(row, "topic"),
    topicBy: readOptionalText(row, "topic_by"),
    topicAt: readOptionalNumber(row, "topic_at"),
    founder: readOptionalText(row, "founder"),
    modes: readText(row, "modes"),
    createdAt: readNumber(row, "created_at"),
    life: readNumber(row, "life"),
  };
}
