/**
 * MODE, for rooms and for oneself.
 *
 * https://modern.ircdocs.horse/#mode-message
 *
 * @module
 */
import { foldName } from "../../../../ground/names.ts";
import type { Message } from "../../../../irc/message.ts";
import { ERR, RPL } from "../../../../irc/numerics.ts";
import { findVisibleUser } from "../../../acts/people.ts";
import { changeRoomModes, checkModeChange, type ModeFault } from "../../../acts/room_modes.ts";
import type { ModeChange, UserModeChange } from "../../../hub/events.ts";
import type { Room } from "../../../hub/types.ts";
import { MAX_CHANGES, OWN_MODES, ROOM_FLAGS, USER_MODES } from "../session/isupport.ts";
import { refuseInRoom, visibleRoom } from "../session/rooms.ts";
import { mayTalk } from "../session/say.ts";
import type { IrcSession } from "../session/session.ts";
import type { Commands } from "./command.ts";

const PARAMETER_MODES = "bklov";

export const modeCommands: Commands = {
  MODE: { minParams: 1, run: mode },
};

function mode(session: IrcSession, message: Message): void {
  const [target = "", letters, ...args] = message.params;
  if (!target.startsWith("#")) return userMode(session, target, letters);
  if (!mayTalk(session, "MODE")) return;
  const room = visibleRoom(session, target);
  if (!room) return;
  if (letters === undefined) return showModes(session, room);
  if (/^\+?b$/.test(letters) && args.length === 0) return showBans(session, room);
  const changes = parseModes(session, room, letters, args);
  const outcome = changeRoomModes(session.context, session, { room, changes });
  if (outcome.state !== "done") refuseInRoom(session, outcome);
}

/** A user's own modes, which others may not see or set; `r` cannot be set, it shows that the user is signed in. */
function userMode(session: IrcSession, nick: string, letters = ""): void {
  if (foldName(nick) !== foldName(session.nick)) {
    if (!findVisibleUser(session.context, session, nick)) {
      return session.reply.numeric(ERR.NOSUCHNICK, nick, "No such nick");
    }
    return session.reply.numeric(ERR.USERSDONTMATCH, "You can only look at your own modes");
  }
  if ([...letters].some((letter) => !`+-${USER_MODES}`.includes(letter))) {
    return session.reply.numeric(ERR.UMODEUNKNOWNFLAG, "Unknown mode");
  }
  const { user } = session;
  const changes = ownChanges(letters);
  if (user && changes.length > 0) return session.context.hub.setUserModes(user, changes);
  const signedIn = session.account === undefined ? "" : "r";
  session.reply.numeric(RPL.UMODEIS, `+${[...user?.modes ?? []].sort().join("")}${signedIn}`);
}

function ownChanges(letters: string): UserModeChange[] {
  const changes: UserModeChange[] = [];
  let add = true;
  for (const letter of letters) {
    if (letter === "+" || letter === "-") add = letter === "+";
    const own = OWN_MODES.find((mode) => mode === letter);
    if (own) changes.push({ add, letter: own });
  }
  return changes;
}

function showModes(session: IrcSession, room: Room): void {
  const inside = room.members.has(session.self);
  let letters = "+" + [...room.flags].sort().join("");
  const args: string[] = [];
  if (room.key !== undefined) {
    letters += "k";
    args.push(inside ? room.key : "*");
  }
  if (room.limit !== undefined) {
    letters += "l";
    args.push(String(room.limit));
  }
  session.reply.numeric(RPL.CHANNELMODEIS, room.name, letters, ...args);
  session.reply.numeric(RPL.CREATIONTIME, room.name, String(Math.floor(room.createdAt / 1000)));
}

function showBans(session: IrcSession, room: Room): void {
  for (const mask of room.bans) session.reply.numeric(RPL.BANLIST, room.name, mask);
  session.reply.numeric(RPL.ENDOFBANLIST, room.name, "End of room ban list");
}

function parseModes(
  session: IrcSession,
  room: Room,
  letters: string,
  args: string[],
): ModeChange[] {
  const changes: ModeChange[] = [];
  const unknown = new Set<string>();
  let add = true, taken = 0;
  for (const letter of letters) {
    if (letter === "+" || letter === "-") {
      add = letter === "+";
      continue;
    }
    if (++taken > MAX_CHANGES) break;
    if (ROOM_FLAGS.includes(letter)) changes.push({ add, letter });
    else if (PARAMETER_MODES.includes(letter)) {
      const param = letter === "l" && !add ? "" : args.shift() ?? "";
      const checked = checkModeChange(session.context, room, { add, letter, param });
      if (checked.state === "ok") changes.push(checked.change);
      else refuseMode(session, { room: room.name, letter }, checked);
    } else if (!unknown.has(letter)) {
      unknown.add(letter);
      session.reply.numeric(ERR.UNKNOWNMODE, letter, "is an unknown mode");
    }
  }
  return changes;
}

const MISSING: Readonly<Record<string, string>> = {
  b: "Mask is missing",
  l: "Limit is missing",
  o: "Nick is missing",
  v: "Nick is missing",
};

function refuseMode(
  session: IrcSession,
  { room, letter }: { readonly room: string; readonly letter: string },
  fault: ModeFault,
): void {
  const invalid = (param: string, why: string) =>
    session.reply.numeric(ERR.INVALIDMODEPARAM, room, letter, param, why);
  switch (fault.state) {
    case "no-such-user":
    case "user-not-in-room":
      return refuseInRoom(session, fault);
    case "missing-parameter":
      return invalid("", MISSING[letter] ?? "Parameter is missing");
    case "malformed-mask":
      return invalid(fault.param, "Mask is not well-formed");
    case "too-long-mask":
      return invalid(fault.param, "Mask is too long");
    case "ban-list-full":
      return session.reply.numeric(ERR.BANLISTFULL, room, fault.mask, "Room ban list is full");
    case "malformed-key":
      return session.reply.numeric(ERR.INVALIDKEY, room, "Key is not well-formed");
    case "bad-limit":
      return invalid(fault.param, "Limit must be a whole number");
  }
}
