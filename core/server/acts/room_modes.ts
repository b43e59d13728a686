/** Checks and applies changes of a room's modes. @module */
import { completeMask } from "../../irc/masks.ts";
import { asMiddle } from "../../irc/message.ts";
import type { ModeChange } from "../hub/events.ts";
import { MAX_BANS } from "../hub/room_modes.ts";
import type { Room } from "../hub/types.ts";
import type { Actor } from "./actor.ts";
import type { ServerContext } from "./context.ts";
import type { RoomRefusal } from "./rooms.ts";

const MAX_MASK_CHARACTERS = 100;

/** Why a change of a mode is ignored. */
export type ModeFault =
  | { readonly state: "no-such-user"; readonly nick: string }
  | { readonly state: "user-not-in-room"; readonly nick: string; readonly room: string }
  | { readonly state: "missing-parameter"; readonly letter: string }
  | { readonly state: "malformed-mask" | "too-long-mask"; readonly param: string }
  | { readonly state: "ban-list-full"; readonly mask: string }
  | { readonly state: "malformed-key" }
  | { readonly state: "bad-limit"; readonly param: string };

/** Checks a change of a mode with a parameter (`b`, `k`, `l`, `o`, `v`); `""` if the parameter is missing. */
export function checkModeChange(
  { hub }: Pick<ServerContext, "hub">,
  room: Room,
  { add, letter, param = "" }: ModeChange,
): { readonly state: "ok"; readonly change: ModeChange } | ModeFault {
  switch (letter) {
    case "o":
    case "v": {
      if (param === "") return { state: "missing-parameter", letter };
      const user = hub.user(param);
      if (!user) return { state: "no-such-user", nick: param };
      return room.members.has(user)
        ? ok({ add, letter, param: user.nick })
        : { state: "user-not-in-room", nick: param, room: room.name };
    }
    case "b": {
      if (param === "") return { state: "missing-parameter", letter };
      if (asMiddle(param) !== param) return { state: "malformed-mask", param };
      if (param.length > MAX_MASK_CHARACTERS) return { state: "too-long-mask", param };
      return add && room.bans.length >= MAX_BANS
        ? { state: "ban-list-full", mask: param }
        : ok({ add, letter, param: completeMask(param) });
    }
    case "k":
      if (!add) return ok({ add, letter, param: "*" });
      return /^[^\s,:]{1,32}$/.test(param)
        ? ok({ add, letter, param })
        : { state: "malformed-key" };
    default: {
      if (!add) return ok({ add, letter });
      if (param === "") return { state: "missing-parameter", letter };
      const limit = Number(param);
      return Number.isSafeInteger(limit) && limit > 0
        ? ok({ add, letter, param: String(limit) })
        : { state: "bad-limit", param };
    }
  }
}

/** Outcome of {@linkcode changeRoomModes}. */
export type ModesOutcome =
  | { readonly state: "done" }
  | Extract<RoomRefusal, { state: "not-operator" }>;

/** Applies checked changes. An empty list is allowed for everybody. */
export function changeRoomModes(
  { hub: { rooms } }: Pick<ServerContext, "hub">,
  { user }: Actor,
  { room, changes }: { readonly room: Room; readonly changes: readonly ModeChange[] },
): ModesOutcome {
  if (changes.length === 0) return { state: "done" };
  if (!user || !rooms.isOperator(user, room)) return { state: "not-operator", room: room.name };
  rooms.setModes(room, changes, user);
  return { state: "done" };
}

function ok(change: ModeChange): { readonly state: "ok"; readonly change: ModeChange } {
  return { state: "ok", change };
}
