/**
 * Stores the rooms that outlive their members, and retries while the database cannot be written to.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import * as v from "valibot";
import { inOrder, type MaybePromise, whenReady } from "../../ground/maybe_promise.ts";
import { foldName, LOBBY } from "../../ground/names.ts";
import { recoverStoreError, type RoomRow, type RoomStore, StoreError } from "../../store/store.ts";
import { RateLimitedLog } from "../common/rate_limited_log.ts";
import { WriteQueue } from "../common/write_queue.ts";
import type { SavedRoom } from "../hub/events.ts";
import type { Room } from "../hub/types.ts";

/** Shortest interval between two log lines about failed writes. */
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

/** Options for {@linkcode RoomKeeper}. */
export interface RoomKeeperOptions {
  /** Where they are stored. */
  readonly store: Pick<RoomStore, "save" | "drop">;
  /** Milliseconds that never go back or jump. */
  readonly steadyNow: () => number;
}

/** The stored facts of a room. */
type RoomFacts = Omit<Room, "ref" | "members">;

/** A write; its result is not used. */
type RoomWrite = () => MaybePromise<unknown>;

/** Stores rooms; what cannot be stored is tried again later. */
export class RoomKeeper {
  readonly #options: RoomKeeperOptions;
  readonly #writes = new WriteQueue();
  /** Writes to retry, by the room's folded name. */
  readonly #waiting = new Map<string, RoomWrite>();
  #complaints = new RateLimitedLog(COMPLAIN_MS);

  constructor(options: RoomKeeperOptions) {
    this.#options = options;
  }

  /** Stores a room as it is, unless it ends with its last member. */
  save(room: RoomFacts): void {
    if (room.founder === undefined && !room.permanent) return;
    this.#write(room.name, () => this.#options.store.save(rowOf(room)));
  }

  /** The room has no owner any more: it is not restored at the next start. */
  forget(name: string): void {
    this.#write(name, () => this.#options.store.drop(name));
  }

  /** Settles when every write so far has succeeded or failed. */
  get settled(): MaybePromise<void> {
    return this.#writes.settled;
  }

  /** Retries failed writes. Called about once a second. */
  retry(): void {
    this.#writes.add(() => {
      let isFailing = false;
      return inOrder([...this.#waiting], ([name, write]) => {
        if (isFailing) return;
        return whenReady(this.#try(write), (isWritten) => {
          isFailing = !isWritten;
          if (isWritten) this.#written(name);
        });
      });
    });
  }

  #written(name: string): void {
    this.#waiting.delete(name);
    if (this.#waiting.size > 0) return;
    this.#complaints.reset();
    log.warn("rooms are saved again");
  }

  #write(name: string, write: RoomWrite): void {
    this.#writes.add(() =>
      whenReady(this.#try(write), (isWritten) => {
        if (isWritten) this.#waiting.delete(foldName(name));
        else this.#waiting.set(foldName(name), write);
      })
    );
  }

  #try(write: RoomWrite): MaybePromise<boolean> {
    const written = recoverStoreError(write, (error) => this.#failed(error));
    return whenReady(written, (result) => result !== FAILED);
  }

  #failed(error: StoreError): typeof FAILED {
    if (this.#complaints.take(this.#options.steadyNow())) {
      log.error("could not save rooms, will retry ({fault}): {error}", {
        fault: error.fault,
        error: error.message,
      });
    }
    return FAILED;
  }
}

/** Result of a write that failed. */
const FAILED = Symbol("failed");

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

/** A stored room, as the hub restores it. */
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

/** @throws {StoreError} "corrupt": without its modes, a closed room would be open. */
function parseModes(room: string, json: string): v.InferOutput<typeof Modes> {
  try {
    return v.parse(Modes, JSON.parse(json));
  } catch (cause) {
    throw new StoreError("corrupt", `modes of room ${room} cannot be read`, { cause });
  }
}
