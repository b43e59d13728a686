/**
 * Events of the hub as text for a user at the PTCHAT door.
 *
 * @module
 */
import { foldName } from "../../../ground/names.ts";
import { formatMessageLine, formatNotice, formatPrivate } from "../../../ptchat/format.ts";
import type { HubEvent, RoomRef, SaidEvent } from "../../hub/events.ts";
import type { HubSession } from "../../hub/types.ts";

/** The user who reads, and the room they are in. */
export interface Reader {
  readonly session: HubSession;
  /** Name of the room the reader is in; `undefined` outside. */
  readonly room: string | undefined;
}

/** Returns whole lines; "" if the event does not concern this reader. */
export function describeEvent(event: HubEvent, reader: Reader): string {
  const self = reader.session.user;
  switch (event.kind) {
    case "said":
      return describeSaid(event, reader);
    case "joined":
      return isAboutOthers(event, reader) ? formatNotice(`${event.user.nick} is here.`) : "";
    case "left":
      return isAboutOthers(event, reader) ? formatNotice(`${event.user.nick} left.`) : "";
    case "quit":
      return event.user.nick === self?.nick ? "" : formatNotice(`${event.user.nick} is gone.`);
    case "renamed":
      return formatNotice(`${event.former.nick} is ${event.user.nick} now.`);
    case "kicked":
      return event.user.nick === self?.nick
        ? formatNotice(`You were kicked from ${event.room.name}: ${event.reason}`)
        : "";
    case "topic-changed":
      return isHere(event.room, reader)
        ? formatNotice(`${event.room.name}: ${event.topic?.text ?? "(no topic)"}`)
        : "";
    case "invited":
      return event.guest.nick === self?.nick
        ? formatNotice(`${event.by.nick} invites you: ~:join ${event.room.name}:`)
        : "";
    default:
      return "";
  }
}

function describeSaid({ from, to, as, text, origin }: SaidEvent, reader: Reader): string {
  if (as === "signal") return "";
  const { session } = reader;
  const lines = text.split("\n").filter((line) => line !== "");
  if (to.kind === "user") {
    if (origin === session.id || to.nick !== session.user?.nick) return "";
    return lines.map((line) => formatPrivate({ from: from.nick, text: line })).join("");
  }
  const where = isHere(to, reader) ? "" : `[${to.name}] `;
  const nick = session.user?.nick ?? "";
  return lines.map((line) => where + formatMessageLine({ from: from.nick, text: line }, nick))
    .join("");
}

function isAboutOthers(
  { room, user }: Extract<HubEvent, { kind: "joined" | "left" }>,
  reader: Reader,
): boolean {
  return user.nick !== reader.session.user?.nick && isHere(room, reader);
}

function isHere({ name }: RoomRef, { room }: Reader): boolean {
  return room !== undefined && foldName(room) === foldName(name);
}
