/**
 * A room's stored messages, as far as they are that room's: nobody who makes a room anew under an old name reads
 * what was said in the one before.
 *
 * @module
 */
import type { Room } from "../hub/types.ts";
import type { SqliteStore } from "../store/sqlite_store.ts";
import type { HistoryQuery, HistoryRow } from "../store/store.ts";

/** Messages of a room, oldest first. */
export function historyOf(
  { store }: { readonly store: SqliteStore },
  room: Room,
  query: HistoryQuery,
): HistoryRow[] {
  return store.history.query(room, query);
}
