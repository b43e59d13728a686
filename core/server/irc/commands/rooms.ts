/**
 * JOIN, PART, TOPIC, NAMES, LIST, KICK, INVITE.
 *
 * @module
 */
import { fitText, type Message } from "../../../irc/message.ts";
import { isRoomName } from "../../../irc/names.ts";
import { ERR, RPL } from "../../../irc/numerics.ts";
import { parseListFilter } from "../../../irc/list_filter.ts";
import {
  MAX_MESSAGE_TARGETS,
  MAX_REASON_BYTES,
  MAX_ROOM_TARGETS,
  MAX_TOPIC_BYTES,
} from "../isupport.ts";
import { enterRoom, operates, ownRoom, roomNames, sendTopic, visibleRoom } from "../rooms.ts";
import type { IrcSession } from "../session.ts";
import type { LongAnswer } from "../session_state.ts";
import type { Commands } from "./command.ts";

export const ircRoomCommands: Commands = {
  JOIN: { minParams: 1, run: join },
  PART: { minParams: 1, speaking: true, shown: true, run: part },
  TOPIC: { minParams: 1, speaking: true, shown: true, run: topic },
  NAMES: { speaking: true, run: names },
  LIST: { speaking: true, run: list },
  KICK: { minParams: 2, speaking: true, shown: true, run: kick },
  INVITE: { minParams: 2, speaking: true, run: invite },
};

function join(session: IrcSession, { params }: Message): void {
  if (params[0] === "0") {
    for (const room of [...session.self.rooms]) {
      session.context.hub.rooms.part(session.self, room, "");
    }
    return;
  }
  const keys = (params[1] ?? "").split(",");
  for (const [i, name] of params[0]!.split(",").slice(0, MAX_ROOM_TARGETS).entries()) {
    if (!isRoomName(name)) {
      session.numeric(
        ERR.BADCHANMASK,
        name,
        "Room names begin with # and have no space in them",
      );
    } else if (session.account === undefined && !session.context.guests) {
      session.numeric(ERR.NEEDREGGEDNICK, name, "Sign in to join rooms");
    } else {
      enterRoom(session, name, keys[i]);
    }
  }
}

function part(session: IrcSession, { params }: Message): void {
  const reason = fitText(params[1] ?? "", MAX_REASON_BYTES);
  for (const name of params[0]!.split(",").slice(0, MAX_ROOM_TARGETS)) {
    const room = ownRoom(session, name);
    if (room) session.context.hub.rooms.part(session.self, room, reason);
  }
}

function topic(session: IrcSession, { params }: Message): void {
  const [name = "", text] = params;
  if (text === undefined) {
    const room = visibleRoom(session, name);
    if (room) sendTopic(session, room);
    return;
  }
  const room = ownRoom(session, name);
  if (!room || (room.flags.has("t") && !operates(session, room))) return;
  session.context.hub.rooms.setTopic(room, fitText(text, MAX_TOPIC_BYTES), session.self);
}

function names(session: IrcSession, message: Message): LongAnswer {
  return { lines: namesLines(session, message) };
}

function* namesLines(session: IrcSession, { params }: Message): Generator<string> {
  const { rooms } = session.context.hub;
  for (const name of (params[0] ?? "*").split(",").slice(0, MAX_ROOM_TARGETS)) {
    const room = rooms.find(name);
    if (room && rooms.maySee(session.user, room)) yield* roomNames(session, room);
    else yield session.numericLine(RPL.ENDOFNAMES, name, "End of /NAMES list");
  }
}

function list(session: IrcSession, message: Message): LongAnswer {
  return { lines: listLines(session, message) };
}

function* listLines(session: IrcSession, { params }: Message): Generator<string> {
  const filter = parseListFilter(params[0] ?? "", session.context.wallNow());
  for (const room of session.context.hub.rooms) {
    if (!session.context.hub.rooms.maySee(session.user, room)) continue;
    const { name, members, topic, createdAt } = room;
    if (!filter({ name, members: members.size, topicAt: topic?.at, createdAt })) continue;
    yield session.numericLine(RPL.LIST, name, String(members.size), topic?.text ?? "");
  }
  yield session.numericLine(RPL.LISTEND, "End of /LIST");
}

/** Each nick out of one room, or each out of the room named in its place. */
function kick(session: IrcSession, { params }: Message): void {
  const [names = "", nicks = "", reason = session.nick] = params;
  const rooms = names.split(",");
  const targets = nicks.split(",").filter((nick) => nick !== "").slice(0, MAX_MESSAGE_TARGETS);
  if (rooms.length > 1 && rooms.length !== targets.length) {
    return session.numeric(ERR.NEEDMOREPARAMS, "KICK", "Name one room, or one for each nick");
  }
  for (const [i, nick] of targets.entries()) {
    kickOne(session, rooms.length > 1 ? rooms[i]! : names, { nick, reason });
  }
}

function kickOne(
  session: IrcSession,
  name: string,
  { nick, reason }: { readonly nick: string; readonly reason: string },
): void {
  const room = ownRoom(session, name);
  if (!room || !operates(session, room)) return;
  const { hub } = session.context;
  const user = hub.user(nick);
  if (!user) return session.numeric(ERR.NOSUCHNICK, nick, "No such nick");
  if (!room.members.has(user)) {
    return session.numeric(ERR.USERNOTINCHANNEL, nick, room.name, "They aren't in that room");
  }
  hub.rooms.kick(user, room, { by: session.self, reason: fitText(reason, MAX_REASON_BYTES) });
}

function invite(session: IrcSession, { params }: Message): void {
  const [nick = "", name = ""] = params;
  const room = ownRoom(session, name);
  if (!room || (room.flags.has("i") && !operates(session, room))) return;
  const guest = session.context.hub.user(nick);
  if (!guest) return session.numeric(ERR.NOSUCHNICK, nick, "No such nick");
  if (room.members.has(guest)) {
    return session.numeric(ERR.USERONCHANNEL, guest.nick, room.name, "is already in that room");
  }
  session.numeric(RPL.INVITING, guest.nick, room.name);
  session.context.hub.rooms.invite(room, session.self, guest);
}
