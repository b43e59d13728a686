/**
 * Keeps the rooms that outlive their visitors, also where the database cannot be written to for a while.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import * as v from "valibot";
import type { SavedRoom } from "../hub/events.ts";
import type { Room } from "../hub/types.ts";
import { foldName, LOBBY } from "../irc/names.ts";
import type { SqliteStore } from "../store/sqlite_store.ts";
import { type RoomRow, StoreError } from "../store/store.ts";
import { RateLimitedLog } from "./rate_limited_log.ts";

/** Shortest pause between two lines about it in the log. */
const COMPLAIN_MS = 10_000;

const Modes = v.pipe(
  v.object({
    flags: v.array(v.picklist(["i", "m", "n", "s", "t"])),
    key: v.optional(v.string()),
    limit: v.optional(v.number()),
    bans: v.array(v.string()),
  }),
  v.transform(({ flags, key, limit, bans }) => ({ flags, key, limit, bans })),
);

const log = getLogger(["chat", "rooms"]);

/** What a {@linkcode RoomKeeper} writes to. */
export interface RoomKeeperOptions {
  readonly store: { readonly rooms: Pick<SqliteStore["rooms"], "save" | "drop"> };
  /** Milliseconds that never go back or jump. */
  readonly steadyNow: () => number;
}

/** What of a room is kept. */
type RoomFacts = Omit<Room, "ref" | "members">;

/** Writes rooms; what cannot be written is written later. */
export class RoomKeeper {
  #options: RoomKeeperOptions;
  /** What is still to be written, by the room's folded name. */
  #waiting = new Map<string, () => void>();
  #complaints = new RateLimitedLog(COMPLAIN_MS);

  constructor(options: RoomKeeperOptions) {
    this.#options = options;
  }

  /** Writes a room as it is, unless it ends with its last visitor. */
  save(room: RoomFacts): void {
    if (room.founder === undefined && !room.permanent) return;
    this.#write(room.name, () => this.#options.store.rooms.save(rowOf(room)));
  }

  /** Nobody owns the room any more: it is not there at the next start. */
  forget(name: string): void {
    this.#write(name, () => void this.#options.store.rooms.drop(name));
  }

  /** Writes what could not be written before. Called about once a second. */
  retry(): void {
    for (const [name, write] of this.#waiting) {
      if (!this.#try(write)) return;
      this.#waiting.delete(name);
      if (this.#waiting.size > 0) continue;
      this.#complaints.reset();
      log.warn("rooms are saved again");
    }
  }

  #write(name: string, write: () => void): void {
    if (this.#try(write)) this.#waiting.delete(foldName(name));
    else this.#waiting.set(foldName(name), write);
  }

  #try(write: () => void): boolean {
    try {
      write();
      return true;
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      if (this.#complaints.take(this.#options.steadyNow())) {
        log.error("could not save rooms, will retry ({fault}): {error}", {
          fault: error.fault,
          error: error.message,
        });
      }
      return false;
    }
  }
}

function rowOf(room: RoomFacts): RoomRow {
  const { name, topic, founder, createdAt, life, flags, key, limit, bans } = room;
  return {
    name,
    topic: topic?.text,
    topicBy: topic?.by,
    topicAt: topic?.at,
    founder,
    createdAt,
    life,
    modes: JSON.stringify({ flags: [...flags], key, limit, bans }),
  };
}

/** A stored room as the hub takes it back. */
export function savedRoom(row: RoomRow): SavedRoom {
  const { name, topic, topicBy, topicAt, founder, createdAt, life, modes } = row;
  return {
    ...parseModes(name, modes),
    name,
    topic: topic === undefined ? undefined : { text: topic, by: topicBy ?? "", at: topicAt ?? 0 },
    founder,
    permanent: name === LOBBY,
    createdAt,
    life,
  };
}

/** A room must not be open because what closed it cannot be read. */
function parseModes(room: string, json: string): v.InferOutput<typeof Modes> {
  try {
    return v.parse(Modes, JSON.parse(json));
  } catch (cause) {
    throw new StoreError("corrupt", `modes of room ${room} cannot be read`, { cause });
  }
}
