/**
 * MODE, for rooms and for oneself.
 *
 * https://modern.ircdocs.horse/#mode-message
 *
 * @module
 */
import { completeMask } from "../../../irc/masks.ts";
import { MAX_BANS } from "../../../hub/rooms.ts";
import type { ModeChange, Room, UserModeChange } from "../../../hub/types.ts";
import { asMiddle, type Message } from "../../../irc/message.ts";
import { foldName } from "../../../irc/names.ts";
import { ERR, RPL } from "../../../irc/numerics.ts";
import { MAX_CHANGES, OWN_MODES, ROOM_FLAGS, USER_MODES } from "../isupport.ts";
import { operates, visibleRoom } from "../rooms.ts";
import { mayTalk } from "../say.ts";
import type { IrcSession } from "../session.ts";
import { userSeenBy } from "../users.ts";
import type { Commands } from "./command.ts";

const MAX_MASK_CHARACTERS = 100;
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
  if (changes.length === 0 || !operates(session, room)) return;
  session.context.hub.rooms.setModes(room, changes, session.self);
}

/** One's own modes, which others may not see or set; `r` cannot be set, it shows that one is signed in. */
function userMode(session: IrcSession, nick: string, letters = ""): void {
  if (foldName(nick) !== foldName(session.nick)) {
    if (!userSeenBy(session, nick)) return session.numeric(ERR.NOSUCHNICK, nick, "No such nick");
    return session.numeric(ERR.USERSDONTMATCH, "You can only look at your own modes");
  }
  if ([...letters].some((letter) => !`+-${USER_MODES}`.includes(letter))) {
    return session.numeric(ERR.UMODEUNKNOWNFLAG, "Unknown mode");
  }
  const { user } = session;
  const changes = ownChanges(letters);
  if (user && changes.length > 0) return session.context.hub.setUserModes(user, changes);
  const signedIn = session.account === undefined ? "" : "r";
  session.numeric(RPL.UMODEIS, `+${[...user?.modes ?? []].sort().join("")}${signedIn}`);
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
  session.numeric(RPL.CHANNELMODEIS, room.name, letters, ...args);
  session.numeric(RPL.CREATIONTIME, room.name, String(Math.floor(room.createdAt / 1000)));
}

function showBans(session: IrcSession, room: Room): void {
  for (const mask of room.bans) session.numeric(RPL.BANLIST, room.name, mask);
  session.numeric(RPL.ENDOFBANLIST, room.name, "End of room ban list");
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
      const change = parseParameterMode(session, room, { add, letter }, args);
      if (change) changes.push(change);
    } else if (!unknown.has(letter)) {
      unknown.add(letter);
      session.numeric(ERR.UNKNOWNMODE, letter, "is an unknown mode");
    }
  }
  return changes;
}

/** A mode that takes its parameter from `args`. */
function parseParameterMode(
  session: IrcSession,
  room: Room,
  { add, letter }: ModeChange,
  args: string[],
): ModeChange | undefined {
  const invalid = (param: string, why: string) =>
    session.numeric(ERR.INVALIDMODEPARAM, room.name, letter, param, why);
  switch (letter) {
    case "o":
    case "v": {
      const nick = args.shift();
      if (!nick) return void invalid("", "Nick is missing");
      const user = session.context.hub.user(nick);
      if (!user) return void session.numeric(ERR.NOSUCHNICK, nick, "No such nick");
      if (room.members.has(user)) return { add, letter, param: user.nick };
      session.numeric(ERR.USERNOTINCHANNEL, nick, room.name, "They aren't in that room");
      return undefined;
    }
    case "b": {
      const mask = args.shift();
      if (!mask) return void invalid("", "Mask is missing");
      if (asMiddle(mask) !== mask) return void invalid(mask, "Mask is not well-formed");
      if (mask.length > MAX_MASK_CHARACTERS) return void invalid(mask, "Mask is too long");
      if (add && room.bans.length >= MAX_BANS) {
        session.numeric(ERR.BANLISTFULL, room.name, mask, "Room ban list is full");
        return undefined;
      }
      return { add, letter, param: completeMask(mask) };
    }
    case "k": {
      const key = args.shift() ?? "";
      if (!add) return { add, letter, param: "*" };
      if (/^[^\s,:]{1,32}$/.test(key)) return { add, letter, param: key };
      session.numeric(ERR.INVALIDKEY, room.name, "Key is not well-formed");
      return undefined;
    }
    case "l": {
      if (!add) return { add, letter };
      const param = args.shift() ?? "";
      const limit = Number(param);
      if (Number.isSafeInteger(limit) && limit > 0) return { add, letter, param: String(limit) };
      return void invalid(
        param,
        param === "" ? "Limit is missing" : "Limit must be a whole number",
      );
    }
    default:
      return undefined;
  }
}
