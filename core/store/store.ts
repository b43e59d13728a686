/**
 * The persistent state of a server, in four parts: accounts, rooms and bans, the rooms' history, and upkeep.
 *
 * The interfaces have no clock (times are passed in, in milliseconds since 1970) and no database. Answers may be promises;
 * values that are available at once should be returned as plain values, which are not awaited. The implementations:
 * `sqlite_store.ts`, which returns plain values only, and `memory/memory_store.ts`.
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
export { recoverStoreError, StoreError, type StoreFault } from "./store_error.ts";
export * from "./store_upkeep.ts";

/**
 * The persistent state of a server. Every method of its parts may throw, or reject with, a `StoreError`.
 *
 * `await using` (or `[Symbol.asyncDispose]()`) commits the buffer and closes; a second call has no effect.
 */
export interface Store extends AsyncDisposable {
  /** Accounts, and the addresses that they were signed in to from. */
  readonly accounts: AccountStore;
  /** Rooms and bans. */
  readonly rooms: RoomStore;
  /** Room messages. */
  readonly history: HistoryStore;
  /** Pruning, size, backups. */
  readonly upkeep: StoreUpkeep;
}
