/**
 * MOTD, LUSERS, VERSION, TIME, ADMIN, INFO, HELP.
 *
 * @module
 */
import { ERR, RPL } from "../../../irc/numerics.ts";
import { VERSION } from "../../../version.ts";
import type { IrcSession } from "../session.ts";
import type { Commands } from "./mod.ts";

export const infoCommands: Commands = {
  MOTD: { run: sendMotd },
  LUSERS: { run: sendUserCounts },
  VERSION: {
    run: (session) =>
      session.numeric(
        RPL.VERSION,
        `chat-${VERSION}`,
        session.context.name,
        "IRCv3, one executable",
      ),
  },
  TIME: {
    run: (session) =>
      session.numeric(
        RPL.TIME,
        session.context.name,
        new Date(session.context.now()).toUTCString(),
      ),
  },
  ADMIN: { run: admin },
  INFO: { run: info },
  HELP: { run: help },
};

/** `RPL_MOTD` line by line, or `ERR_NOMOTD`. */
export function sendMotd(session: IrcSession): void {
  const { motd, name } = session.context;
  if (motd.length === 0) return session.numeric(ERR.NOMOTD, "MOTD File is missing");
  session.numeric(RPL.MOTDSTART, `- ${name} Message of the day -`);
  for (const line of motd) session.numeric(RPL.MOTD, `- ${line}`);
  session.numeric(RPL.ENDOFMOTD, "End of /MOTD command");
}

/** `RPL_LUSERCLIENT` and its family. */
export function sendUserCounts(session: IrcSession): void {
  const { hub, slots } = session.context;
  const users = String(hub.userCount);
  session.numeric(RPL.LUSERCLIENT, `There are ${users} users and 0 invisible on 1 servers`);
  session.numeric(RPL.LUSEROP, "0", "operator(s) online");
  session.numeric(RPL.LUSERCHANNELS, String(hub.rooms.count), "rooms formed");
  session.numeric(RPL.LUSERME, `I have ${users} users and 1 servers`);
  const total = String(slots.total);
  session.numeric(RPL.LOCALUSERS, users, total, `Current local users ${users}, max ${total}`);
  session.numeric(RPL.GLOBALUSERS, users, total, `Current global users ${users}, max ${total}`);
}

function admin(session: IrcSession): void {
  const { name } = session.context;
  session.numeric(RPL.ADMINME, name, "Administrative info");
  session.numeric(RPL.ADMINLOC1, "Ask whoever gave you this server's address");
}

function info(session: IrcSession): void {
  session.numeric(RPL.INFO, `chat ${VERSION}: a chat tool that a group runs for itself`);
  const since = new Date(session.context.startedAt).toUTCString();
  session.numeric(RPL.INFO, `On-line since ${since}`);
  session.numeric(RPL.ENDOFINFO, "End of /INFO list");
}

const HELP = [
  "JOIN #room, PART #room, LIST, NAMES #room, TOPIC #room [text]",
  "PRIVMSG NICK :text, AWAY [text], WHOIS NICK, CHATHISTORY LATEST #room * 50",
  "Accounts: /msg NickServ HELP",
];

function help(session: IrcSession): void {
  session.numeric(RPL.HELPSTART, "index", "What you can do here");
  for (const line of HELP) session.numeric(RPL.HELPTXT, "index", line);
  session.numeric(RPL.ENDOFHELP, "index", "End of /HELP");
}
