/**
 * A {@linkcode Store} in memory, for tests and as a reference implementation.
 *
 * @module
 */
import type { Store } from "../store.ts";
import { MemoryAccounts } from "./memory_accounts.ts";
import { MemoryHistory } from "./memory_history.ts";
import { MemoryRooms } from "./memory_rooms.ts";
import { MemoryUpkeep } from "./memory_upkeep.ts";

/**
 * A {@linkcode Store} in memory. Its answers are plain values.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { MemoryStore } from "./memory_store.ts";
 * await using store = new MemoryStore();
 * store.rooms.save({
 *   name: "#tea", topic: "Assam", topicBy: "amy", topicAt: 1000, founder: "amy", modes: "", createdAt: 1000, life: 1,
 * });
 * assert.equal(store.rooms.list()[0]?.topic, "Assam");
 * ```
 */
export class MemoryStore implements Store, Disposable {
  readonly accounts: MemoryAccounts = new MemoryAccounts();
  readonly rooms: MemoryRooms = new MemoryRooms();
  readonly history: MemoryHistory = new MemoryHistory();
  readonly upkeep: MemoryUpkeep = new MemoryUpkeep(this.history);

  /** Commits the buffer. */
  [Symbol.dispose](): void {
    this.history.commit();
  }

  /** As `[Symbol.dispose]()`. */
  [Symbol.asyncDispose](): Promise<void> {
    return Promise.try(() => this[Symbol.dispose]());
  }
}
