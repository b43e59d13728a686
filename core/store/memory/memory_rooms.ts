/**
 * The rooms and bans of a store in memory.
 *
 * @module
 */
import { foldName } from "../../ground/names.ts";
import type { Ban, RoomRow, RoomStore } from "../room_store.ts";

/** A {@linkcode RoomStore} in memory. */
export class MemoryRooms implements RoomStore {
  /** By folded name. */
  readonly #rooms = new Map<string, RoomRow>();
  /** By {@linkcode keyOf}. */
  readonly #bans = new Map<string, Ban>();

  list(): RoomRow[] {
    return [...this.#rooms].sort(([left], [right]) => left < right ? -1 : 1).map(([, room]) =>
      room
    );
  }

  save(room: RoomRow): void {
    this.#rooms.set(foldName(room.name), room);
  }

  drop(name: string): boolean {
    return this.#rooms.delete(foldName(name));
  }

  bans(): Ban[] {
    return [...this.#bans.values()].sort((left, right) =>
      left.at - right.at || (keyOf(left) < keyOf(right) ? -1 : 1)
    );
  }

  addBan(ban: Ban): void {
    this.#bans.set(keyOf(ban), { ...ban, mask: foldName(ban.mask) });
  }

  removeBan(ban: Pick<Ban, "kind" | "mask">): boolean {
    return this.#bans.delete(keyOf(ban));
  }
}

function keyOf({ kind, mask }: Pick<Ban, "kind" | "mask">): string {
  return `${kind} ${foldName(mask)}`;
}
