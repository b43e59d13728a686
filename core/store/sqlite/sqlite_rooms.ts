/**
 * The rooms and bans of a SQLite store.
 *
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import type { Ban, RoomRow, RoomStore } from "../room_store.ts";
import { BanTable } from "./ban_table.ts";
import type { StoreGuard } from "./guard.ts";
import { RoomTable } from "./room_table.ts";

/** A {@linkcode RoomStore} whose answers are plain values. */
export class SqliteRooms implements RoomStore {
  readonly #try: StoreGuard;
  readonly #rooms: RoomTable;
  readonly #bans: BanTable;

  /** The rooms and bans of an open database. */
  constructor(db: DatabaseSync, guard: StoreGuard) {
    this.#try = guard;
    this.#rooms = new RoomTable(db);
    this.#bans = new BanTable(db);
  }

  list(): RoomRow[] {
    return this.#try("read rooms", () => this.#rooms.all());
  }

  save(room: RoomRow): void {
    this.#try("store room", () => this.#rooms.save(room));
  }

  drop(name: string): boolean {
    return this.#try("drop room", () => this.#rooms.drop(name));
  }

  bans(): Ban[] {
    return this.#try("read bans", () => this.#bans.all());
  }

  addBan(ban: Ban): void {
    this.#try("store ban", () => this.#bans.add(ban));
  }

  removeBan(ban: Pick<Ban, "kind" | "mask">): boolean {
    return this.#try("drop ban", () => this.#bans.remove(ban));
  }
}
