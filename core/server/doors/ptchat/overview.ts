/**
 * Lists that people at the PTCHAT door can ask for: users, rooms, history.
 *
 * @module
 */
import { type MaybePromise, whenReady } from "../../../ground/maybe_promise.ts";
import { formatHistory, formatRooms, formatUsers } from "../../../ptchat/format.ts";
import type { HistoryRow } from "../../../store/store.ts";
import type { ServerContext } from "../../acts/context.ts";
import { knownPeople } from "../../acts/people.ts";
import { visibleRooms } from "../../acts/rooms.ts";
import type { User } from "../../hub/types.ts";
import { historyOf } from "../../keep/room_history.ts";
import { currentRoom, type PtchatActor } from "./actor.ts";
import { REPLY } from "./output.ts";

/** Most characters of history that are listed at once. */
const MAX_LISTED = 64 * 1024;
/** With the greeting and the names, no more than 1024 bytes. */
const TERSE_CHARACTERS = 450;
/** Characters around a name and a text: `[2026-11-22 14:47] bob: anybody here?` and the line's end. */
const STAMP_CHARACTERS = 22;

/** Everybody the server knows, online or not. */
export function usersOverview(context: ServerContext): MaybePromise<string> {
  return whenReady(knownPeople(context), (people) => {
    const users = [...people].map(({ name, isOnline, isGuest, sinceMs }) => ({
      name,
      online: isOnline,
      guest: isGuest,
      sinceMs,
    }));
    return formatUsers(users);
  });
}

/** The rooms that `reader` may see. */
export function roomsOverview(context: ServerContext, reader: User | undefined): string {
  return formatRooms(
    [...visibleRooms(context, { user: reader })].map((room) => ({
      name: room.name,
      users: room.members.size,
      topic: room.topic?.text ?? "",
    })),
  );
}

/** Sends the last messages of the actor's room, few enough for the actor's client. */
export function showHistory(actor: PtchatActor, limit: number, how = REPLY): MaybePromise<void> {
  const room = currentRoom(actor);
  if (!room || actor.life.at !== "open") return;
  const maxCharacters = actor.life.isTerse ? TERSE_CHARACTERS : MAX_LISTED;
  const latest = historyOf(actor.context, room, { kind: "latest", limit });
  return whenReady(latest, (rows) => {
    actor.output.send(formatLines(room.name, rows, maxCharacters), how);
  });
}

function formatLines(room: string, rows: readonly HistoryRow[], maxCharacters: number): string {
  const lines = rows.filter(({ kind }) => kind !== "tags").flatMap(({ from, text, time }) =>
    text.split("\n").map((line) => ({ from, text: line, timeMs: time }))
  );
  let characters = 0;
  const tooEarly = lines.findLastIndex(({ from, text }) =>
    (characters += STAMP_CHARACTERS + from.length + text.length) > maxCharacters
  );
  return formatHistory(room, lines.slice(tooEarly + 1));
}
