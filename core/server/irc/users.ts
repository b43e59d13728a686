/** Who may know of whom. @module */
import type { Room, User } from "../../hub/types.ts";
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

/** A room that the session's user shares with another one. */
export function sharedRoom(session: IrcSession, user: User): Room | undefined {
  for (const room of user.rooms) if (room.members.has(session.self)) return room;
  return undefined;
}

/** Whether a list shows the user to the session: who is invisible (`+i`) is shown to those who share a room with them. */
export function isSeenBy(session: IrcSession, user: User): boolean {
  return user === session.user || !user.modes.has("i") || sharedRoom(session, user) !== undefined;
}
