/**
 * Finds a time in a room's history after the clock was set back: until the time has caught up, messages
 * have a shown time that is less than the stamp that orders them.
 *
 * @module
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Edges, Place } from "../history_place.ts";
import type { RoomKey } from "../history_store.ts";
import { readNumber } from "./columns.ts";

const IN_ROOM = "FROM history WHERE room = ? AND life = ? AND shown IS NOT NULL";

/** The messages whose shown time differs from their stamp; few databases have any. */
export class ShownTimes {
  readonly #first: StatementSync;
  readonly #last: StatementSync;
  readonly #from: StatementSync;
  readonly #until: StatementSync;
  readonly #exact: StatementSync;

  /** The messages of an open database. */
  constructor(db: DatabaseSync) {
    this.#first = db.prepare(`SELECT min(shown) AS shown ${IN_ROOM}`);
    this.#last = db.prepare(`SELECT time, seq ${IN_ROOM} ORDER BY shown DESC, seq DESC LIMIT 1`);
    this.#from = db.prepare(
      `SELECT time, seq ${IN_ROOM} AND shown >= ? ORDER BY shown, seq LIMIT 1`,
    );
    this.#until = db.prepare(
      `SELECT time, seq ${IN_ROOM} AND shown <= ? ORDER BY shown DESC, seq DESC LIMIT 1`,
    );
    this.#exact = db.prepare(
      "SELECT 1 FROM history WHERE room = ? AND life = ? AND time = ? AND shown IS NULL LIMIT 1",
    );
  }

  /** The edges of a time among these messages; `undefined` if times equal stamps there. */
  edgesOf({ name, life }: RoomKey, time: number): Edges | undefined {
    const last = this.#last.get(name, life);
    if (last === undefined || time > readNumber(last, "time")) return undefined;
    if (time < readNumber(this.#first.get(name, life) ?? {}, "shown")) return undefined;
    if (this.#exact.get(name, life, time)) return undefined;
    const from = this.#from.get(name, life, time);
    const after = toPlace(this.#until.get(name, life, time) ?? last);
    return { before: from ? toPlace(from) : { ...after, seq: after.seq + 1 }, after };
  }
}

function toPlace(row: Parameters<typeof readNumber>[0]): Place {
  return { stamp: readNumber(row, "time"), seq: readNumber(row, "seq") };
}
