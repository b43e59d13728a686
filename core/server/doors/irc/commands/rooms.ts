/**
 * JOIN, PART, TOPIC, NAMES, LIST, KICK, INVITE.
 *
 * @module
 */
import { parseListFilter } from "../../../../irc/list_filter.ts";
import { fitText, type Message } from "../../../../irc/message.ts";
import { ERR, RPL } from "../../../../irc/numerics.ts";
import {
  findVisibleRoom,
  inviteToRoom,
  kickFromRoom,
  leaveAllRooms,
  leaveRoom,
  type RoomOutcome,
  setRoomTopic,
  visibleRooms,
} from "../../../acts/rooms.ts";
import {
  MAX_MESSAGE_TARGETS,
  MAX_REASON_BYTES,
  MAX_ROOM_TARGETS,
  MAX_TOPIC_BYTES,
} from "../session/isupport.ts";
import { enterRoom, refuseInRoom, roomNames, sendTopic, visibleRoom } from "../session/rooms.ts";
import type { IrcSession } from "../session/session.ts";
import type { LongAnswer } from "../session/session_state.ts";
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
  if (params[0] === "0") return leaveAllRooms(session.context, session);
  const keys = (params[1] ?? "").split(",");
  for (const [i, name] of params[0]!.split(",").slice(0, MAX_ROOM_TARGETS).entries()) {
    enterRoom(session, name, keys[i]);
  }
}

function part(session: IrcSession, { params }: Message): void {
  const reason = fitText(params[1] ?? "", MAX_REASON_BYTES);
  for (const room of params[0]!.split(",").slice(0, MAX_ROOM_TARGETS)) {
    answer(session, leaveRoom(session.context, session, { room, reason }));
  }
}

function topic(session: IrcSession, { params }: Message): void {
  const [name = "", text] = params;
  if (text === undefined) {
    const room = visibleRoom(session, name);
    if (room) sendTopic(session, room);
    return;
  }
  const change = { room: name, topic: fitText(text, MAX_TOPIC_BYTES) };
  answer(session, setRoomTopic(session.context, session, change));
}

/** Replies to a refusal; success is shown by an event. */
function answer(session: IrcSession, outcome: RoomOutcome): void {
  if (outcome.state !== "done") refuseInRoom(session, outcome);
}

function names(session: IrcSession, message: Message): LongAnswer {
  return { lines: namesLines(session, message) };
}

function* namesLines(session: IrcSession, { params }: Message): Generator<string> {
  for (const name of (params[0] ?? "*").split(",").slice(0, MAX_ROOM_TARGETS)) {
    const room = findVisibleRoom(session.context, session, name);
    if (room) yield* roomNames(session, room);
    else yield session.reply.numericLine(RPL.ENDOFNAMES, name, "End of /NAMES list");
  }
}

function list(session: IrcSession, message: Message): LongAnswer {
  return { lines: listLines(session, message) };
}

function* listLines(session: IrcSession, { params }: Message): Generator<string> {
  const filter = parseListFilter(params[0] ?? "", session.context.wallNow());
  for (const room of visibleRooms(session.context, session)) {
    const { name, members, topic, createdAt } = room;
    if (!filter({ name, members: members.size, topicAt: topic?.at, createdAt })) continue;
    yield session.reply.numericLine(RPL.LIST, name, String(members.size), topic?.text ?? "");
  }
  yield session.reply.numericLine(RPL.LISTEND, "End of /LIST");
}

/** Removes each nick from one room, or each from the room at the same place in the list. */
function kick(session: IrcSession, { params }: Message): void {
  const [names = "", nicks = "", reason = session.nick] = params;
  const rooms = names.split(",");
  const targets = nicks.split(",").filter((nick) => nick !== "").slice(0, MAX_MESSAGE_TARGETS);
  if (rooms.length > 1 && rooms.length !== targets.length) {
    return session.reply.numeric(ERR.NEEDMOREPARAMS, "KICK", "Name one room, or one for each nick");
  }
  for (const [i, nick] of targets.entries()) {
    const room = rooms.length > 1 ? rooms[i]! : names;
    const what = { room, nick, reason: fitText(reason, MAX_REASON_BYTES) };
    answer(session, kickFromRoom(session.context, session, what));
  }
}

function invite(session: IrcSession, { params }: Message): void {
  const [nick = "", room = ""] = params;
  const outcome = inviteToRoom(session.context, session, { room, nick });
  if (outcome.state !== "invited") return refuseInRoom(session, outcome);
  session.reply.numeric(RPL.INVITING, outcome.nick, outcome.room);
}
