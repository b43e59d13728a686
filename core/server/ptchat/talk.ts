/**
 * What is said at the PTCHAT door: to a room, or to one user. Each gives what the speaker is told; "" for nothing.
 *
 * @module
 */
import type { HubSession, Room } from "../../hub/types.ts";
import { formatHeld, formatNotice, formatNotSent, formatSent } from "../../ptchat/format.ts";
import type { ServerContext } from "../context.ts";

/** Says a text to the room that the speaker is in. */
export function sayToRoom(
  { hub, writer }: ServerContext,
  speaker: HubSession,
  { room, text }: { readonly room: Room | undefined; readonly text: string },
): string {
  if (!room || !speaker.user) return formatNotice("Not sent: you are in no room.");
  if (!hub.rooms.maySay(speaker.user, room)) {
    return formatNotice(`Not sent: you may not speak in ${room.name}.`);
  }
  if (writer.isFull) return formatNotice("Not sent: the server cannot store messages now.");
  hub.say(speaker, room, { as: "message", text });
  return "";
}

/** Says a text to the room; it stands out for the one it names, who need not be here. */
export function tagUser(
  context: ServerContext,
  speaker: HubSession,
  { room, user, text }: {
    readonly room: Room | undefined;
    readonly user: string;
    readonly text: string;
  },
): string {
  const { hub, store } = context;
  const isKnown = hub.user(user) ?? store.accounts.find(user);
  if (!isKnown) return formatNotSent(user, "unknown");
  return sayToRoom(context, speaker, { room, text: `@${user} ${text}` });
}

/** Says a text to one user. */
export function sendPrivate(
  { hub, store }: ServerContext,
  speaker: HubSession,
  { user: nick, text }: { readonly user: string; readonly text: string },
): string {
  const user = hub.user(nick);
  if (!user) return formatNotSent(nick, store.accounts.find(nick) ? "offline" : "unknown");
  hub.say(speaker, user, { as: "message", text });
  const isHeld = [...user.sessions].every(holdsBack);
  const away = user.away === undefined ? "" : formatNotice(`${user.nick} is away: ${user.away}`);
  return (isHeld ? formatHeld : formatSent)(user.nick) + away;
}

/** Only datagrams are ever held back. */
function holdsBack(session: HubSession): boolean {
  return "holdsBack" in session && session.holdsBack === true;
}
