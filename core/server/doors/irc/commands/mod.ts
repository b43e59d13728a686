/**
 * The table of IRC commands, with the preconditions of each.
 *
 * @module
 */
import { fitText, type Message } from "../../../../irc/message.ts";
import { ERR } from "../../../../irc/numerics.ts";
import { HAS_PASSWORD } from "../../../acts/refusal_words.ts";
import { maySpeak } from "../../../acts/say.ts";
import { describeRoom } from "../session/rooms.ts";
import type { IrcCommands, IrcSession } from "../session/session.ts";
import type { CommandResult } from "../session/session_state.ts";
import { ircAccountCommands } from "./account.ts";
import type { Command } from "./command.ts";
import { connectionCommands } from "./connection.ts";
import { historyCommands } from "./history.ts";
import { infoCommands } from "./info.ts";
import { modeCommands } from "./modes.ts";
import { batchCommands } from "./multiline.ts";
import { peopleCommands } from "./people.ts";
import { ircRoomCommands } from "./rooms.ts";
import { saslCommands } from "./sasl.ts";
import { talkCommands } from "./talk.ts";
import { whoCommands } from "./who.ts";

const COMMANDS: ReadonlyMap<string, Command> = new Map(Object.entries({
  ...connectionCommands,
  ...saslCommands,
  ...ircAccountCommands,
  ...ircRoomCommands,
  ...modeCommands,
  ...talkCommands,
  ...batchCommands,
  ...peopleCommands,
  ...whoCommands,
  ...infoCommands,
  ...historyCommands,
}));

/** The commands of every session. */
export const IRC_COMMANDS: IrcCommands = { dispatch, showRoom: describeRoom };

/** Runs the command of a message, or replies why not. */
function dispatch(
  session: IrcSession,
  message: Message,
): CommandResult {
  const command = COMMANDS.get(message.command);
  const when = command?.when ?? "after";
  if (when === "after" && session.life.at === "registering") {
    return session.reply.numeric(ERR.NOTREGISTERED, "You have not registered");
  }
  if (!command) {
    return session.reply.numeric(ERR.UNKNOWNCOMMAND, shown(message.command), "Unknown command");
  }
  if (when === "before" && session.life.at !== "registering") {
    return session.reply.numeric(ERR.ALREADYREGISTERED, "You may not register twice");
  }
  if (message.params.length < (command.minParams ?? 0)) {
    return session.reply.numeric(ERR.NEEDMOREPARAMS, message.command, "Not enough parameters");
  }
  if (command.speaking && !maySpeak(session.context, session)) {
    return session.reply.fail(message.command, "ACCOUNT_REQUIRED", [], "Sign in first");
  }
  if (command.shown && session.secrets.has(message.params.at(-1) ?? "")) {
    return session.reply.fail(message.command, "INVALID_PARAMS", [], HAS_PASSWORD);
  }
  return command.run(session, message);
}

/** A client's word as a middle parameter. */
function shown(word: string): string {
  return fitText(word.replace(/^:+/, ""), 32) || "*";
}
