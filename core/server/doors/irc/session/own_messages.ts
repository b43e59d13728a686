/** A user's own messages: only clients that request echoes receive them. @module */
import type { SaidEvent } from "../../../hub/events.ts";
import type { HubSession } from "../../../hub/types.ts";

/**
 * Whether a message was sent by this session, or by its user to somebody else on another session
 * (https://ircv3.net/specs/extensions/echo-message).
 */
export function isOwnMessage({ origin, from, to }: SaidEvent, session: HubSession): boolean {
  if (origin === session.id) return true;
  return to.kind === "user" && from.nick === session.user?.nick && to.nick !== from.nick;
}
