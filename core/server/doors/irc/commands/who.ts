/**
 * WHO and WHOX.
 *
 * https://modern.ircdocs.horse/#who-message and https://ircv3.net/specs/extensions/whox
 *
 * @module
 */
import { matchesMask } from "../../../../irc/masks.ts";
import type { Message } from "../../../../irc/message.ts";
import { RPL } from "../../../../irc/numerics.ts";
import { idleSeconds } from "../../../acts/context.ts";
import { isListedFor, sharedRoom } from "../../../acts/people.ts";
import { findVisibleRoom } from "../../../acts/rooms.ts";
import type { Room, User } from "../../../hub/types.ts";
import { prefixOf } from "../session/rooms.ts";
import type { IrcSession } from "../session/session.ts";
import type { LongAnswer } from "../session/session_state.ts";
import type { Commands } from "./command.ts";

export const whoCommands: Commands = {
  WHO: { minParams: 1, speaking: true, run: who },
};

function who(session: IrcSession, message: Message): LongAnswer {
  return { lines: whoLines(session, message) };
}

function* whoLines(session: IrcSession, { params }: Message): Generator<string> {
  const [mask = "*", options = ""] = params;
  const fields = /^[^%]*%([a-z]*)(?:,(\w{1,3}))?$/.exec(options);
  // There are no IRC operators to list.
  for (const [user, room] of options === "o" ? [] : matching(session, mask)) {
    yield fields
      ? session.reply.numericLine(RPL.WHOSPCRPL, ...extended(session, user, room, fields))
      : session.reply.numericLine(RPL.WHOREPLY, ...classic(session, user, room));
  }
  yield session.reply.numericLine(RPL.ENDOFWHO, mask, "End of WHO list");
}

function* matching(session: IrcSession, mask: string): Iterable<[User, Room | undefined]> {
  const { hub } = session.context;
  if (mask.startsWith("#")) {
    const room = findVisibleRoom(session.context, session, mask);
    for (const user of room?.members.keys() ?? []) {
      if (isListedFor(session, user)) yield [user, room];
    }
    return;
  }
  const exact = hub.user(mask);
  if (exact) return yield [exact, sharedRoom(session, exact)];
  const pattern = mask === "0" ? "*" : mask;
  if (!/[*?]/.test(pattern)) return;
  for (const user of hub.users) {
    const { nick, username, realname } = user;
    const fits = [nick, user.mask, username, realname].some((text) => matchesMask(pattern, text));
    if (fits && isListedFor(session, user)) yield [user, sharedRoom(session, user)];
  }
}

function flagsOf(session: IrcSession, user: User, room: Room | undefined): string {
  const membership = room?.members.get(user);
  const rank = membership ? prefixOf(membership, session) : "";
  return (user.away === undefined ? "H" : "G") + rank + (user.modes.has("B") ? "B" : "");
}

function classic(session: IrcSession, user: User, room: Room | undefined): string[] {
  return [
    room?.name ?? "*",
    user.username,
    user.host,
    session.context.name,
    user.nick,
    flagsOf(session, user, room),
    `0 ${user.realname}`,
  ];
}

function extended(
  session: IrcSession,
  user: User,
  room: Room | undefined,
  [, wanted = "", token = "0"]: RegExpExecArray,
): string[] {
  const { name } = session.context;
  const values: Record<string, string> = {
    t: token,
    c: room?.name ?? "*",
    u: user.username,
    i: "255.255.255.255", // addresses stay hidden
    h: user.host,
    s: name,
    n: user.nick,
    f: flagsOf(session, user, room),
    d: "0",
    l: String(idleSeconds(session.context, user)),
    a: user.account ?? "0",
    o: "n/a",
    r: user.realname,
  };
  return Object.keys(values).filter((key) => wanted.includes(key)).map((key) => values[key]!);
}
