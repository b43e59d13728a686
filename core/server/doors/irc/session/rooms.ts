/**
 * Replies for joining a room (topic, names, last messages) and for refusals.
 *
 * @module
 */
import { type MaybePromise, whenReady } from "../../../../ground/maybe_promise.ts";
import { CAP } from "../../../../irc/caps.ts";
import { ERR, RPL } from "../../../../irc/numerics.ts";
import { isListedFor } from "../../../acts/people.ts";
import {
  type EntryRefusal,
  findVisibleRoom,
  joinRoom,
  type RoomRefusal,
} from "../../../acts/rooms.ts";
import type { HubEvent } from "../../../hub/events.ts";
import type { Membership, Room } from "../../../hub/types.ts";
import { historyOf } from "../../../keep/room_history.ts";
import { sendHistory } from "./history.ts";
import { listLines } from "./lists.ts";
import type { IrcSession } from "./session.ts";

/** Number of messages for clients that join a room and cannot request history themselves. */
export const REPLAY_COUNT = 50;

type Reply = readonly [numeric: string, ...params: string[]];

const ENTRY_REPLIES: Readonly<
  Record<EntryRefusal["state"], readonly [numeric: string, text: string]>
> = {
  "bad-room-name": [ERR.BADCHANMASK, "Room names begin with # and have no space in them"],
  "sign-in-first": [ERR.NEEDREGGEDNICK, "Sign in to join rooms"],
  "too-many-rooms": [ERR.TOOMANYCHANNELS, "You have joined too many rooms"],
  "too-many-owned": [
    ERR.TOOMANYCHANNELS,
    "You own too many rooms: give one up by /msg NickServ DISOWN #room",
  ],
  "invite-only": [ERR.INVITEONLYCHAN, "Cannot join room (+i): invite only"],
  "banned": [ERR.BANNEDFROMCHAN, "Cannot join room (+b): you are banned"],
  "wrong-key": [ERR.BADCHANNELKEY, "Cannot join room (+k): wrong key"],
  "full": [ERR.CHANNELISFULL, "Cannot join room (+l): room is full"],
};

/** Joins a room and shows it, or replies why not. */
export function enterRoom(session: IrcSession, name: string, key?: string): void {
  const outcome = joinRoom(session.context, session, { room: name, key });
  switch (outcome.state) {
    case "already-in":
      return;
    case "joined": {
      // The JOIN line itself was sent for the event.
      const { room } = outcome;
      return session.output.whenRoom(() => describeRoom(session, room));
    }
    default: {
      const [numeric, text] = ENTRY_REPLIES[outcome.state];
      return session.reply.numeric(numeric, name, text);
    }
  }
}

/** Sends the numeric of a refusal. */
export function refuseInRoom(session: IrcSession, refusal: RoomRefusal): void {
  session.reply.numeric(...roomReply(refusal));
}

function roomReply(refusal: RoomRefusal): Reply {
  switch (refusal.state) {
    case "no-such-room":
      return [ERR.NOSUCHCHANNEL, refusal.room, "No such room"];
    case "not-in-room":
      return [ERR.NOTONCHANNEL, refusal.room, "You're not in that room"];
    case "not-operator":
      return [ERR.CHANOPRIVSNEEDED, refusal.room, "You're not an operator of that room"];
    case "no-such-user":
      return [ERR.NOSUCHNICK, refusal.nick, "No such nick"];
    case "user-not-in-room":
      return [ERR.USERNOTINCHANNEL, refusal.nick, refusal.room, "They aren't in that room"];
    case "user-already-in-room":
      return [ERR.USERONCHANNEL, refusal.nick, refusal.room, "is already in that room"];
  }
}

/** Shows a session the rooms its user is already in: first all JOINs, then each room's topic, names and messages. */
export function showRooms(session: IrcSession): void {
  const user = session.self;
  const rooms = [...user.rooms];
  for (const room of rooms) {
    session.deliver(joinedNow(session, room));
  }
  for (const room of rooms) {
    session.output.whenRoom(() => {
      if (room.members.has(user)) return describeRoom(session, room);
    });
  }
}

/** The event of joining, for a session that was opened later. */
function joinedNow({ self, context }: IrcSession, room: Room): HubEvent {
  const op = room.members.get(self)?.op === true;
  return { kind: "joined", time: context.wallNow(), user: self.facts, room: room.ref, op };
}

/** Sends topic, names and, to sessions without `draft/chathistory`, the last messages. */
export function describeRoom(session: IrcSession, room: Room): MaybePromise<void> {
  if (room.topic) sendTopic(session, room);
  sendNames(session, room);
  if (session.view.has(CAP.CHATHISTORY)) return;
  const latest = historyOf(session.context, room, { kind: "latest", limit: REPLAY_COUNT });
  return whenReady(latest, (rows) => {
    if (rows.length === 0 || session.gone.aborted) return;
    const inBatch = session.view.has(CAP.BATCH);
    sendHistory(session, { target: room.name, rows, inBatch, keep: "newest" });
  });
}

/** Sends `RPL_TOPIC` and `RPL_TOPICWHOTIME`, or `RPL_NOTOPIC`. */
export function sendTopic(session: IrcSession, room: Room): void {
  const { name, topic } = room;
  if (!topic) return session.reply.numeric(RPL.NOTOPIC, name, "No topic is set");
  session.reply.numeric(RPL.TOPIC, name, topic.text);
  session.reply.numeric(RPL.TOPICWHOTIME, name, topic.by, String(Math.floor(topic.at / 1000)));
}

/** Sends {@linkcode roomNames}. */
export function sendNames(session: IrcSession, room: Room): void {
  for (const line of roomNames(session, room)) session.reply.line(line);
}

/** The lines of `RPL_NAMREPLY` for all members, and `RPL_ENDOFNAMES`. */
export function* roomNames(session: IrcSession, room: Room): Generator<string> {
  const symbol = room.flags.has("s") ? "@" : "=";
  const seen = [...room.members].filter(([user]) => isListedFor(session, user));
  const names = seen.map(([user, membership]) =>
    prefixOf(membership, session) +
    (session.view.has(CAP.USERHOST_IN_NAMES) ? user.mask : user.nick)
  );
  yield* listLines(session, names, { numeric: RPL.NAMREPLY, about: [symbol, room.name] });
  yield session.reply.numericLine(RPL.ENDOFNAMES, room.name, "End of /NAMES list");
}

/** `@`, `+`, both if the client supports that, or nothing. */
export function prefixOf({ op, voice }: Membership, session: IrcSession): string {
  const all = (op ? "@" : "") + (voice ? "+" : "");
  return session.view.has(CAP.MULTI_PREFIX) ? all : all.slice(0, 1);
}

/** The room `name` if it is visible to the user; otherwise sends `ERR_NOSUCHCHANNEL`. */
export function visibleRoom(session: IrcSession, name: string): Room | undefined {
  const room = findVisibleRoom(session.context, session, name);
  if (!room) refuseInRoom(session, { state: "no-such-room", room: name });
  return room;
}
