/**
 * The table of doors: a new door is added here.
 *
 * @module
 */
import type { ServerContext } from "../context.ts";
import { FOREIGN_DOOR } from "../foreign.ts";
import { HTTP_DOOR } from "../http_door.ts";
import { ircDoor } from "../irc/door.ts";
import { ptchatDoor } from "../ptchat/door.ts";
import type { DoorTable } from "./detect.ts";
import type { RelayServer } from "../relay.ts";
import { relayDoor } from "./relay/door.ts";

/** All doors of one server. */
export function serverDoors(context: ServerContext, relay: RelayServer): DoorTable {
  return [relayDoor(relay), FOREIGN_DOOR, ircDoor(context), HTTP_DOOR, ptchatDoor(context)];
}
