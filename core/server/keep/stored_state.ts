/**
 * What a server reads from its store when it starts, and keeps in memory from then on.
 *
 * @module
 */
import type { Ban, KnownAddress, RoomRow, Store } from "../../store/store.ts";

/** Stored bans, addresses, rooms and times. */
export interface StoredState {
  /** The expired ones included. */
  readonly bans: readonly Ban[];
  readonly known: readonly KnownAddress[];
  readonly rooms: readonly RoomRow[];
  /** The latest stamp of all messages. */
  readonly lastStamp: number;
  /** The time that was noted last. */
  readonly notedTime: number | undefined;
}

/** Reads the state of a store. @throws {StoreError} When the store cannot be read. */
export async function readStoredState(
  { accounts, rooms, history, upkeep }: Store,
): Promise<StoredState> {
  return {
    bans: await rooms.bans(),
    known: await accounts.knownAddresses(),
    rooms: await rooms.list(),
    lastStamp: await history.lastStamp(),
    notedTime: await upkeep.notedTime(),
  };
}
