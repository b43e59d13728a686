/** Who may know of whom. @module */
import type { User } from "../../hub/types.ts";
import type { IrcSession } from "./session.ts";

/**
 * The user `nick` if the session may know that they are here. Clients ask before they have signed in, about
 * themselves: strangers are told of nobody else.
 */
export function userSeenBy(session: IrcSession, nick: string): User | undefined {
  const user = session.context.hub.user(nick);
  const maySee = session.account !== undefined || session.context.guests || user === session.user;
  return maySee ? user : undefined;
}
