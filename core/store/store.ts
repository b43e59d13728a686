/**
 * Everything a server remembers, in four parts: accounts, rooms and bans, the rooms' history, and the upkeep of it all.
 *
 * The interfaces know no clock (times are passed in, in milliseconds since 1970) and no database. Answers may be promises:
 * what is there at once should be returned as a plain value, for which nobody waits. The implementations:
 * `sqlite_store.ts`, which only returns plain values, and `memory/memory_store.ts`.
 *
 * @module
 */
import type { AccountStore } from "./account_store.ts";
import type { HistoryStore } from "./history_store.ts";
import type { RoomStore } from "./room_store.ts";
import type { StoreUpkeep } from "./store_upkeep.ts";

export * from "./account_store.ts";
export * from "./history_store.ts";
export * from "./room_store.ts";
export { StoreError, type StoreFault } from "./store_error.ts";
export * from "./store_upkeep.ts";

/**
 * Everything a server remembers. Every method of its parts may throw, or reject with, a `StoreError`.
 *
 * `await using` (or `[Symbol.asyncDispose]()`) commits what is buffered and closes; a second time does nothing.
 */
export interface Store extends AsyncDisposable {
  /** Accounts, and from where they were signed in to. */
  readonly accounts: AccountStore;
  /** Rooms and bans. */
  readonly rooms: RoomStore;
  /** What was said in rooms. */
  readonly history: HistoryStore;
  /** Pruning, space, copies. */
  readonly upkeep: StoreUpkeep;
}
