/**
 * PRIVMSG, NOTICE, TAGMSG: the hot path.
 *
 * @module
 */
import { foldName } from "../../../../ground/names.ts";
import { CAP } from "../../../../irc/caps.ts";
import type { Message } from "../../../../irc/message.ts";
import { ERR } from "../../../../irc/numerics.ts";
import type { SaidKind } from "../../../hub/events.ts";
import { MAX_MESSAGE_TARGETS } from "../session/isupport.ts";
import { clientTags, mayTalk, NO_TAGS, sayTo } from "../session/say.ts";
import type { IrcSession } from "../session/session.ts";
import type { CommandResult } from "../session/session_state.ts";
import type { Commands } from "./command.ts";
import { addToDraft } from "./multiline.ts";
import { SERVICE, service } from "./nickserv.ts";

export const talkCommands: Commands = {
  PRIVMSG: { run: (session, message) => talk(session, message, "message") },
  NOTICE: { run: (session, message) => talk(session, message, "notice") },
  TAGMSG: { run: (session, message) => talk(session, message, "signal") },
};

function talk(
  session: IrcSession,
  message: Message,
  as: SaidKind,
): CommandResult {
  const [targets = "", text = ""] = message.params;
  if (message.tags["batch"] !== undefined && session.view.has(CAP.MULTILINE)) {
    return addToDraft(session, message, as);
  }
  if (targets === "") {
    return session.reply.numeric(ERR.NORECIPIENT, `No recipient given (${message.command})`);
  }
  if (as !== "signal" && text === "") {
    return session.reply.numeric(ERR.NOTEXTTOSEND, "No text to send");
  }
  const tags = session.view.has(CAP.MESSAGE_TAGS) ? clientTags(message.tags) : NO_TAGS;
  if (as === "signal" && tags === NO_TAGS) return;
  if (as === "message" && targets.toLowerCase() === SERVICE.toLowerCase()) {
    return service(session, text);
  }
  if (!mayTalk(session, message.command)) return;
  if (!targets.includes(",")) return sayTo(session, targets, { as, text, tags });
  const distinct = new Set(targets.split(",").map(foldName));
  for (const target of [...distinct].slice(0, MAX_MESSAGE_TARGETS)) {
    sayTo(session, target, { as, text, tags });
  }
}
