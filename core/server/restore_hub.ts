/**
 * The hub of a server, with the rooms that its store remembers.
 *
 * @module
 */
import { Hub, type HubOptions } from "../hub/hub.ts";
import { LOBBY } from "../irc/names.ts";
import { messageIds } from "../message_id.ts";
import { FIRST_LIFE } from "../store/store.ts";
import { savedRoom } from "./room_keeper.ts";
import type { StoredState } from "./stored_state.ts";

/** Never made anew, whatever becomes of its row in the database: all that was said there is its history. */
const LOBBY_LIFE = FIRST_LIFE;

/** Above {@linkcode FIRST_LIFE}; so many that two rooms of one name will not have the same one. */
const newRoomLife = () => 2 + (crypto.getRandomValues(new Uint32Array(1))[0]! >>> 2);

/** Makes a hub with the stored rooms, and the lobby. */
export function restoreHub(
  stored: Pick<StoredState, "rooms" | "lastStamp">,
  options: Pick<HubOptions, "steadyNow" | "wallNow" | "observe">,
): Hub {
  const newId = messageIds(stored.lastStamp);
  const hub = new Hub({ ...options, newId, newLife: newRoomLife });
  for (const row of stored.rooms) hub.rooms.restore(savedRoom(row));
  if (!hub.rooms.find(LOBBY)) hub.rooms.restore(lobby(options.wallNow()));
  return hub;
}

function lobby(createdAt: number) {
  return {
    name: LOBBY,
    topic: undefined,
    founder: undefined,
    permanent: true,
    createdAt,
    life: LOBBY_LIFE,
    flags: ["n"] as const,
    bans: [],
    key: undefined,
    limit: undefined,
  };
}
