/** What one has said oneself: only a client that asks for echoes hears it. @module */
import { isRoom, type Said, type Session } from "../../hub/types.ts";

/**
 * Whether a session said this, or its user said it to somebody else on another session
 * (https://ircv3.net/specs/extensions/echo-message).
 */
export function isOwnWords({ origin, from, to }: Said, session: Session): boolean {
  return origin === session || (from === session.user && to !== from && !isRoom(to));
}
