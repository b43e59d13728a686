/**
 * AWAY, SETNAME, WHOIS, WHOWAS, USERHOST, ISON, MONITOR.
 *
 * @module
 */
import { isAccountName } from "../../../../ground/names.ts";
import { fitText, type Message } from "../../../../irc/message.ts";
import { ERR, RPL } from "../../../../irc/numerics.ts";
import { idleSeconds, wallTimeOf } from "../../../acts/context.ts";
import { changeAway, findVisibleUser, MAX_MONITORED, monitorNicks } from "../../../acts/people.ts";
import { MAX_AWAY_BYTES, MAX_REALNAME_BYTES } from "../session/isupport.ts";
import { sendList } from "../session/lists.ts";
import { prefixOf } from "../session/rooms.ts";
import type { IrcSession } from "../session/session.ts";
import type { Commands } from "./command.ts";

const NOBODY = "No such nick";

export const peopleCommands: Commands = {
  AWAY: { shown: true, run: away },
  SETNAME: { minParams: 1, shown: true, run: setname },
  WHOIS: { minParams: 1, speaking: true, run: whois },
  WHOWAS: { speaking: true, run: whowas },
  USERHOST: { minParams: 1, run: userhost },
  ISON: { minParams: 1, run: ison },
  MONITOR: { minParams: 1, speaking: true, run: monitor },
};

function away(session: IrcSession, { params }: Message): void {
  const reason = fitText(params[0] ?? "", MAX_AWAY_BYTES) || undefined;
  const { state } = changeAway(session.context, session, reason);
  if (state === "away") session.reply.numeric(RPL.NOWAWAY, "You have been marked as being away");
  else session.reply.numeric(RPL.UNAWAY, "You are no longer marked as being away");
}

/** https://ircv3.net/specs/extensions/setname */
function setname(session: IrcSession, { params }: Message): void {
  session.context.hub.setRealname(session.self, fitText(params[0]!, MAX_REALNAME_BYTES));
}

function whois(session: IrcSession, { params }: Message): void {
  const nick = params[1] ?? params[0]!;
  const { hub, name } = session.context;
  const user = hub.user(nick);
  if (!user) {
    session.reply.numeric(ERR.NOSUCHNICK, nick, NOBODY);
    return session.reply.numeric(RPL.ENDOFWHOIS, nick, "End of /WHOIS list");
  }
  session.reply.numeric(RPL.WHOISUSER, user.nick, user.username, user.host, "*", user.realname);
  session.reply.numeric(RPL.WHOISSERVER, user.nick, name, "chat");
  if (user.account !== undefined) {
    session.reply.numeric(RPL.WHOISACCOUNT, user.nick, user.account, "is logged in as");
  }
  if (user.modes.has("B")) session.reply.numeric(RPL.WHOISBOT, user.nick, "is a bot");
  const rooms = [...user.rooms].filter((room) => hub.rooms.maySee(session.user, room))
    .map((room) => prefixOf(room.members.get(user)!, session) + room.name);
  sendList(session, rooms, { numeric: RPL.WHOISCHANNELS, about: [user.nick] });
  if (user.away !== undefined) session.reply.numeric(RPL.AWAY, user.nick, user.away);
  const idle = idleSeconds(session.context, user);
  const since = String(Math.floor(wallTimeOf(session.context, user.enteredAt) / 1000));
  session.reply.numeric(RPL.WHOISIDLE, user.nick, String(idle), since, "seconds idle, signon time");
  session.reply.numeric(RPL.ENDOFWHOIS, user.nick, "End of /WHOIS list");
}

function whowas(session: IrcSession, { params }: Message): void {
  const [nick = ""] = params;
  if (nick === "") return session.reply.numeric(ERR.NONICKNAMEGIVEN, "No nickname given");
  const former = session.context.directory.formerUsers(nick);
  const count = Number(params[1]);
  for (const user of count > 0 ? former.slice(0, count) : former) {
    session.reply.numeric(RPL.WHOWASUSER, user.nick, user.username, user.host, "*", user.realname);
    const left = new Date(user.leftAt).toUTCString();
    session.reply.numeric(RPL.WHOISSERVER, user.nick, session.context.name, left);
  }
  if (former.length === 0) {
    session.reply.numeric(ERR.WASNOSUCHNICK, nick, "There was no such nickname");
  }
  session.reply.numeric(RPL.ENDOFWHOWAS, nick, "End of WHOWAS");
}

function userhost(session: IrcSession, { params }: Message): void {
  const found = params.slice(0, 5).flatMap((nick) =>
    findVisibleUser(session.context, session, nick) ?? []
  );
  const text = found.map(({ nick, away, username, host }) =>
    `${nick}=${away === undefined ? "+" : "-"}${username}@${host}`
  );
  session.reply.numeric(RPL.USERHOST, text.join(" "));
}

function ison(session: IrcSession, { params }: Message): void {
  const nicks = params.flatMap((word) => word.split(" "));
  const found = nicks.flatMap((nick) =>
    findVisibleUser(session.context, session, nick)?.nick ?? []
  );
  if (found.length === 0) return session.reply.numeric(RPL.ISON, "");
  sendList(session, found, { numeric: RPL.ISON });
}

/** https://ircv3.net/specs/extensions/monitor */
function monitor(session: IrcSession, { params }: Message): void {
  const { directory } = session.context;
  const nicks = (params[1] ?? "").split(",").filter(isAccountName);
  switch (params[0]!.toUpperCase()) {
    case "+":
      return addMonitored(session, nicks);
    case "-":
      for (const nick of nicks) directory.unwatch(session, nick);
      return;
    case "C":
      return directory.unwatchAll(session);
    case "L":
      sendList(session, directory.monitoredBy(session), { numeric: RPL.MONLIST, separator: "," });
      return session.reply.numeric(RPL.ENDOFMONLIST, "End of MONITOR list");
    case "S":
      return sendPresence(session, [...directory.monitoredBy(session)]);
  }
}

function addMonitored(session: IrcSession, nicks: readonly string[]): void {
  const { added, refused } = monitorNicks(session.context, session, nicks);
  if (refused !== undefined) {
    session.reply.numeric(ERR.MONLISTFULL, String(MAX_MONITORED), refused, "Monitor list is full");
  }
  sendPresence(session, added);
}

function sendPresence(session: IrcSession, nicks: readonly string[]): void {
  const { hub } = session.context;
  const online = nicks.flatMap((nick) => hub.user(nick)?.mask ?? []);
  const offline = nicks.filter((nick) => !hub.user(nick));
  sendList(session, online, { numeric: RPL.MONONLINE, separator: "," });
  sendList(session, offline, { numeric: RPL.MONOFFLINE, separator: "," });
}
