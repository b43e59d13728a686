/** The type of IRC commands. @module */
import type { Message } from "../../../../irc/message.ts";
import type { IrcSession } from "../session/session.ts";
import type { CommandResult } from "../session/session_state.ts";

/** One command. */
export interface Command {
  /** Fewer parameters are answered with `ERR_NEEDMOREPARAMS`. */
  readonly minParams?: number;
  /** When it may run: always, only before or only after registration (the default). */
  readonly when?: "always" | "before" | "after";
  /** Only for sessions that may speak: signed in, or a guest where guests are welcome. */
  readonly speaking?: boolean;
  /** Whether its last parameter is shown to others, so that it must not be a password that was just used. */
  readonly shown?: boolean;
  /** Does it. What is slow is done in a promise; what comes out of that runs in the command's context.
   * What may be long is given as lines. */
  run(session: IrcSession, message: Message): CommandResult;
}

/** Commands by name. */
export type Commands = Readonly<Record<string, Command>>;
