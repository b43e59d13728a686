/**
 * The table of doors: a new door is added here.
 *
 * @module
 */
import type { ServerContext } from "./acts/context.ts";
import type { DoorTable } from "./doors/detect.ts";
import { FOREIGN_DOOR } from "./doors/foreign/foreign.ts";
import { HTTP_DOOR } from "./doors/http/http_door.ts";
import { ircDoor } from "./doors/irc/door.ts";
import { ptchatDoor } from "./doors/ptchat/door.ts";
import { relayDoor } from "./doors/relay/door.ts";
import type { RelayServer } from "./doors/relay/relay.ts";

/** All doors of one server. */
export function serverDoors(context: ServerContext, relay: RelayServer): DoorTable {
  return [relayDoor(relay), FOREIGN_DOOR, ircDoor(context), HTTP_DOOR, ptchatDoor(context)];
}
