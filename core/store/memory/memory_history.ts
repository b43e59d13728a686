/**
 * The messages of a store in memory.
 *
 * @module
 */
import { foldName } from "../../ground/names.ts";
import {
  comparePlaces,
  edgesOfRow,
  type PlacedRow,
  stampOf,
  stretchesOf,
  targetsWithin,
} from "../history_place.ts";
import type {
  HistoryQuery,
  HistoryRef,
  HistoryRow,
  HistoryStore,
  HistoryTarget,
  HistoryTargetRange,
  RoomKey,
} from "../history_store.ts";
import { edgesOfShownTime } from "./shown_times.ts";

/** A {@linkcode HistoryStore} in memory. */
export class MemoryHistory implements HistoryStore {
  /** The rows of each room in order, by {@linkcode keyOf}. */
  readonly #rooms = new Map<string, PlacedRow[]>();
  #buffered: PlacedRow[] = [];
  #lastSeq = 0;

  get pending(): number {
    return this.#buffered.length;
  }

  append(row: HistoryRow): void {
    const room = foldName(row.room);
    const placed = { stamp: stampOf(row), seq: ++this.#lastSeq, row: { ...row, room } };
    const key = keyOf({ name: room, life: row.life });
    const rows = this.#rooms.get(key) ?? [];
    this.#rooms.set(key, rows);
    rows.splice(rows.findLastIndex((other) => other.stamp <= placed.stamp) + 1, 0, placed);
    this.#buffered.push(placed);
  }

  commit(): void {
    this.#buffered = [];
  }

  query(room: RoomKey, query: HistoryQuery): HistoryRow[] {
    const rows = this.#rowsOf(room);
    return stretchesOf(query, (ref) => edgesOf(rows, ref)).flatMap(({ low, high, limit, keep }) => {
      const within = rows.filter((row) =>
        comparePlaces(row, low) > 0 && comparePlaces(row, high) < 0
      );
      const from = keep === "oldest" ? 0 : Math.max(0, within.length - limit);
      return within.slice(from, from + limit).map(({ row }) => row);
    });
  }

  lastStamp(): number {
    const last = [...this.#rooms.values()].map((rows) => rows.at(-1)?.stamp ?? 0);
    return Math.max(0, ...last);
  }

  targets(rooms: readonly RoomKey[], range: HistoryTargetRange): HistoryTarget[] {
    const newest = rooms.flatMap((room) => this.#rowsOf(room).at(-1)?.row ?? [])
      .map(({ room, time }) => ({ room, time }));
    return targetsWithin(newest, range);
  }

  /** The committed rows in order of arrival. */
  committed(): PlacedRow[] {
    const buffered = new Set(this.#buffered);
    return [...this.#rooms.values()].flat().filter((row) => !buffered.has(row))
      .sort((left, right) => left.seq - right.seq);
  }

  /** The rows that are not committed, in order of arrival. */
  buffered(): readonly PlacedRow[] {
    return this.#buffered;
  }

  /** Deletes rows. */
  delete(rows: Iterable<PlacedRow>): void {
    const gone = new Set(rows);
    this.#buffered = this.#buffered.filter((row) => !gone.has(row));
    for (const [key, kept] of this.#rooms) {
      this.#rooms.set(key, kept.filter((row) => !gone.has(row)));
    }
  }

  #rowsOf(room: RoomKey): readonly PlacedRow[] {
    return this.#rooms.get(keyOf(room)) ?? [];
  }
}

function keyOf({ name, life }: RoomKey): string {
  return `${life} ${foldName(name)}`;
}

function edgesOf(rows: readonly PlacedRow[], ref: HistoryRef) {
  if ("time" in ref) return edgesOfShownTime(rows, ref.time);
  const row = rows.find(({ row }) => row.id === ref.id);
  return row && edgesOfRow(row);
}
