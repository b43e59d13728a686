/**
 * A room's stored messages, as far as they are that room's: nobody who makes a room anew under an old name reads
 * what was said in the one before.
 *
 * @module
 */
import type { MaybePromise } from "../../ground/maybe_promise.ts";
import type { HistoryQuery, HistoryRow, Store } from "../../store/store.ts";
import type { Room } from "../hub/types.ts";

/** Messages of a room, oldest first. */
export function historyOf(
  { store }: { readonly store: Pick<Store, "history"> },
  room: Room,
  query: HistoryQuery,
): MaybePromise<HistoryRow[]> {
  return store.history.query(room, query);
}
