/**
 * The messages of a SQLite store.
 *
 * @module
 */
import type {
  HistoryQuery,
  HistoryRow,
  HistoryStore,
  HistoryTarget,
  HistoryTargetRange,
  RoomKey,
} from "../history_store.ts";
import type { StoreGuard } from "./guard.ts";
import type { HistoryTable } from "./history_table.ts";

/** A {@linkcode HistoryStore} whose answers are plain values. */
export class SqliteHistory implements HistoryStore {
  readonly #try: StoreGuard;
  readonly #table: HistoryTable;

  /** The messages in `table`. */
  constructor(table: HistoryTable, guard: StoreGuard) {
    this.#try = guard;
    this.#table = table;
  }

  get pending(): number {
    return this.#table.pending;
  }

  append(row: HistoryRow): void {
    this.#table.append(row);
  }

  commit(): void {
    this.#try("store messages", () => this.#table.commit());
  }

  query(room: RoomKey, query: HistoryQuery): HistoryRow[] {
    return this.#try("read messages", () => this.#table.query(room, query));
  }

  lastStamp(): number {
    return this.#try("read messages", () => this.#table.lastStamp());
  }

  targets(rooms: readonly RoomKey[], range: HistoryTargetRange): HistoryTarget[] {
    return this.#try("read messages", () => this.#table.targets(rooms, range));
  }
}
