/** What one has said oneself: only a client that asks for echoes hears it. @module */
import { type HubSession, isRoom, type SaidEvent } from "../../hub/types.ts";

/**
 * Whether a session said this, or its user said it to somebody else on another session
 * (https://ircv3.net/specs/extensions/echo-message).
 */
export function isOwnMessage({ origin, from, to }: SaidEvent, session: HubSession): boolean {
  return origin === session || (from === session.user && to !== from && !isRoom(to));
}
