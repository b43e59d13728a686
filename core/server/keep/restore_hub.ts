/**
 * Makes the hub of a server, with its stored rooms.
 *
 * @module
 */
import { messageIds } from "../../ground/message_id.ts";
import { LOBBY } from "../../ground/names.ts";
import { FIRST_LIFE } from "../../store/store.ts";
import { Hub, type HubOptions } from "../hub/hub.ts";
import { savedRoom } from "./room_keeper.ts";
import type { StoredState } from "./stored_state.ts";

/** Constant, even if its row in the database is lost: all messages there are its history. */
const LOBBY_LIFE = FIRST_LIFE;

/** Random, above {@linkcode FIRST_LIFE}, so that two rooms of one name do not get the same. */
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
