/**
 * What a session sees when it comes into a room: topic, names, and the last lines.
 *
 * @module
 */
import type { Membership, Room, User } from "../../hub/types.ts";
import { CAP } from "../../irc/caps.ts";
import { ERR, RPL } from "../../irc/numerics.ts";
import type { JoinRefusal } from "../../hub/rooms.ts";
import { historyOf } from "../room_history.ts";
import { sendHistory } from "./history.ts";
import { listLines } from "./lists.ts";
import { IrcSession } from "./session.ts";
import { isSeenBy } from "./users.ts";

/** Messages shown to those who join and can't ask for history themselves. */
export const REPLAY_COUNT = 50;

const REFUSALS: Record<JoinRefusal, readonly [numeric: string, text: string]> = {
  "too-many-rooms": [ERR.TOOMANYCHANNELS, "You have joined too many rooms"],
  "too-many-owned": [
    ERR.TOOMANYCHANNELS,
    "You own too many rooms: give one up by /msg NickServ DISOWN #room",
  ],
  "invite-only": [ERR.INVITEONLYCHAN, "Cannot join room (+i): invite only"],
  banned: [ERR.BANNEDFROMCHAN, "Cannot join room (+b): you are banned"],
  "wrong-key": [ERR.BADCHANNELKEY, "Cannot join room (+k): wrong key"],
  full: [ERR.CHANNELISFULL, "Cannot join room (+l): room is full"],
};

/** Joins a room and shows it to all of the user's sessions, or says why not. */
export function enterRoom(session: IrcSession, name: string, key?: string): void {
  const user = session.self;
  const already = session.context.hub.rooms.find(name)?.members.has(user);
  if (already) return;
  const room = session.context.hub.rooms.join(user, name, key);
  if (typeof room === "string") {
    const [numeric, text] = REFUSALS[room];
    session.numeric(numeric, name, text);
    return;
  }
  // The JOIN line itself came as an event; every session of the user needs what belongs to it.
  for (const own of user.sessions) {
    if (own === session) session.output.whenRoom(() => describeRoom(session, room));
    else if (own instanceof IrcSession) describeRoom(own, room);
  }
}

/** Shows a session the rooms its user is in already: first that it is in them, then what they are like. */
export function showRooms(session: IrcSession): void {
  const user = session.self;
  const rooms = [...user.rooms];
  for (const room of rooms) {
    session.deliver({ kind: "joined", time: session.context.wallNow(), user, room });
  }
  for (const room of rooms) {
    session.output.whenRoom(() => {
      if (room.members.has(user)) describeRoom(session, room);
    });
  }
}

/** Topic, names and, for sessions without `draft/chathistory`, the last messages. */
export function describeRoom(session: IrcSession, room: Room): void {
  if (room.topic) sendTopic(session, room);
  sendNames(session, room);
  if (session.has(CAP.CHATHISTORY)) return;
  const rows = historyOf(session.context, room, { kind: "latest", limit: REPLAY_COUNT });
  if (rows.length === 0) return;
  sendHistory(session, {
    target: room.name,
    rows,
    inBatch: session.has(CAP.BATCH),
    keep: "newest",
  });
}

/** `RPL_TOPIC` and `RPL_TOPICWHOTIME`, or `RPL_NOTOPIC`. */
export function sendTopic(session: IrcSession, room: Room): void {
  const { name, topic } = room;
  if (!topic) return session.numeric(RPL.NOTOPIC, name, "No topic is set");
  session.numeric(RPL.TOPIC, name, topic.text);
  session.numeric(RPL.TOPICWHOTIME, name, topic.by, String(Math.floor(topic.at / 1000)));
}

/** Sends {@linkcode roomNames}. */
export function sendNames(session: IrcSession, room: Room): void {
  for (const line of roomNames(session, room)) session.sendLine(line);
}

/** `RPL_NAMREPLY` for all members, and the end of it. */
export function* roomNames(session: IrcSession, room: Room): Generator<string> {
  const symbol = room.flags.has("s") ? "@" : "=";
  const seen = [...room.members].filter(([user]) => isSeenBy(session, user));
  const names = seen.map(([user, membership]) =>
    prefixOf(membership, session) + (session.has(CAP.USERHOST_IN_NAMES) ? user.mask : user.nick)
  );
  yield* listLines(session, names, { numeric: RPL.NAMREPLY, about: [symbol, room.name] });
  yield session.numericLine(RPL.ENDOFNAMES, room.name, "End of /NAMES list");
}

/** `@`, `+`, both where the client wants both, or nothing. */
export function prefixOf({ op, voice }: Membership, session: IrcSession): string {
  const all = (op ? "@" : "") + (voice ? "+" : "");
  return session.has(CAP.MULTI_PREFIX) ? all : all.slice(0, 1);
}

/** The room `name` if the session's user may know of it; otherwise `ERR_NOSUCHCHANNEL` was sent. */
export function visibleRoom(session: IrcSession, name: string): Room | undefined {
  const { rooms } = session.context.hub;
  const room = rooms.find(name);
  if (room && rooms.maySee(session.user, room)) return room;
  session.numeric(ERR.NOSUCHCHANNEL, name, "No such room");
  return undefined;
}

/** As {@linkcode visibleRoom}, for a room that the user has to be in. */
export function ownRoom(session: IrcSession, name: string): Room | undefined {
  const room = visibleRoom(session, name);
  if (!room || room.members.has(session.self)) return room;
  session.numeric(ERR.NOTONCHANNEL, name, "You're not in that room");
  return undefined;
}

/** Whether the user may change the room; otherwise `ERR_CHANOPRIVSNEEDED` was sent. */
export function operates(session: IrcSession, room: Room, user: User = session.self): boolean {
  if (session.context.hub.rooms.isOperator(user, room)) return true;
  session.numeric(ERR.CHANOPRIVSNEEDED, room.name, "You're not an operator of that room");
  return false;
}
