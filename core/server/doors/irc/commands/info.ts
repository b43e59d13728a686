/**
 * MOTD, LUSERS, VERSION, TIME, ADMIN, INFO, HELP.
 *
 * @module
 */
import { VERSION } from "../../../../ground/version.ts";
import type { Message } from "../../../../irc/message.ts";
import { ERR, RPL } from "../../../../irc/numerics.ts";
import { wallTimeOf } from "../../../acts/context.ts";
import type { IrcSession } from "../session/session.ts";
import { sendMotd, sendUserCounts } from "../session/welcome.ts";
import type { Commands } from "./command.ts";

export const infoCommands: Commands = {
  MOTD: { run: sendMotd },
  LUSERS: { run: sendUserCounts },
  VERSION: {
    run: (session) =>
      session.reply.numeric(
        RPL.VERSION,
        `chat-${VERSION}`,
        session.context.name,
        "IRCv3, one executable",
      ),
  },
  TIME: {
    run: (session) =>
      session.reply.numeric(
        RPL.TIME,
        session.context.name,
        new Date(session.context.wallNow()).toUTCString(),
      ),
  },
  ADMIN: { run: admin },
  INFO: { run: info },
  HELP: { run: help },
};

function admin(session: IrcSession): void {
  const { name } = session.context;
  session.reply.numeric(RPL.ADMINME, name, "Administrative info");
  session.reply.numeric(RPL.ADMINLOC1, "Ask the person who gave you this server's address");
}

function info(session: IrcSession): void {
  session.reply.numeric(RPL.INFO, `chat ${VERSION}: a chat tool that a group runs for itself`);
  const since = new Date(wallTimeOf(session.context, session.context.startedAt)).toUTCString();
  session.reply.numeric(RPL.INFO, `On-line since ${since}`);
  session.reply.numeric(RPL.ENDOFINFO, "End of /INFO list");
}

const HELP = [
  "JOIN #room, PART #room, LIST, NAMES #room, TOPIC #room [text]",
  "PRIVMSG NICK :text, AWAY [text], WHOIS NICK, CHATHISTORY LATEST #room * 50",
  "Accounts: /msg NickServ HELP",
];

function help(session: IrcSession, { params: [subject = "index"] }: Message): void {
  if (subject.toLowerCase() !== "index") {
    return session.reply.numeric(
      ERR.HELPNOTFOUND,
      subject,
      "No help on that: HELP shows what there is",
    );
  }
  session.reply.numeric(RPL.HELPSTART, "index", "What you can do here");
  for (const line of HELP) session.reply.numeric(RPL.HELPTXT, "index", line);
  session.reply.numeric(RPL.ENDOFHELP, "index", "End of /HELP");
}
