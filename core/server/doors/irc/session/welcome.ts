/**
 * The replies to a client that has just registered.
 *
 * https://modern.ircdocs.horse/#connection-registration
 *
 * @module
 */
import { LOBBY } from "../../../../ground/names.ts";
import { VERSION } from "../../../../ground/version.ts";
import { CAP } from "../../../../irc/caps.ts";
import { ERR, RPL } from "../../../../irc/numerics.ts";
import { wallTimeOf } from "../../../acts/context.ts";
import { isupport, USER_MODES } from "./isupport.ts";
import type { IrcSession } from "./session.ts";

/** Sends the numerics that every client expects. */
export function welcome(session: IrcSession): void {
  const { name, startedAt } = session.context;
  const started = new Date(wallTimeOf(session.context, startedAt));
  session.reply.numeric(RPL.WELCOME, `Welcome to ${name}, ${session.self.mask}`);
  session.reply.numeric(RPL.YOURHOST, `Your host is ${name}, running chat ${VERSION}`);
  session.reply.numeric(RPL.CREATED, `This server was started ${started.toUTCString()}`);
  session.reply.numeric(RPL.MYINFO, name, `chat-${VERSION}`, USER_MODES, "biklmnostv", "bklov");
  const tokens = isupport(name);
  for (let at = 0; at < tokens.length; at += 12) {
    session.reply.numeric(
      RPL.ISUPPORT,
      ...tokens.slice(at, at + 12),
      "are supported by this server",
    );
  }
  sendUserCounts(session);
  sendMotd(session);
}

/** Sends `RPL_MOTD` line by line, or `ERR_NOMOTD`. */
export function sendMotd(session: IrcSession): void {
  const { motd, name } = session.context;
  if (motd.length === 0) return session.reply.numeric(ERR.NOMOTD, "MOTD File is missing");
  session.reply.numeric(RPL.MOTDSTART, `- ${name} Message of the day -`);
  for (const line of motd) session.reply.numeric(RPL.MOTD, `- ${line}`);
  session.reply.numeric(RPL.ENDOFMOTD, "End of /MOTD command");
}

/** Sends `RPL_LUSERCLIENT` and related numerics. */
export function sendUserCounts(session: IrcSession): void {
  const { hub } = session.context;
  const users = String(hub.userCount);
  const invisible = [...hub.users].filter(({ modes }) => modes.has("i")).length;
  const visible = hub.userCount - invisible;
  session.reply.numeric(
    RPL.LUSERCLIENT,
    `There are ${visible} users and ${invisible} invisible on 1 servers`,
  );
  session.reply.numeric(RPL.LUSEROP, "0", "operator(s) online");
  session.reply.numeric(RPL.LUSERCHANNELS, String(hub.rooms.count), "rooms formed");
  session.reply.numeric(RPL.LUSERME, `I have ${users} users and 1 servers`);
  const most = String(hub.mostUsers);
  session.reply.numeric(RPL.LOCALUSERS, users, most, `Current local users ${users}, max ${most}`);
  session.reply.numeric(RPL.GLOBALUSERS, users, most, `Current global users ${users}, max ${most}`);
}

/** Sends hints to a user without an account. */
export function hint(session: IrcSession): void {
  const { guests, name } = session.context;
  const lines = [
    ...(guests
      ? [`You are a guest. /join ${LOBBY} to talk.`]
      : ["Sign in to join rooms and to talk."]),
    "New here? /quote REGISTER NAME * PASSWORD (or /msg NickServ REGISTER PASSWORD for your current nick).",
    "Have an account? /msg NickServ IDENTIFY NAME PASSWORD, or SASL in your client's settings.",
  ];
  if (session.view.has(CAP.SASL)) lines.splice(1);
  for (const line of lines) session.reply.send("NOTICE", [session.nick, line], name);
}
