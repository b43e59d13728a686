/**
 * The port to the session with the server, for parts that send requests.
 *
 * @module
 */
import { ClientError } from "../events/errors.ts";
import type { ServerSession } from "./session.ts";

/** The session with the server. */
export interface SessionSource {
  /** The registered session; `undefined` while there is no connection. */
  readonly session: ServerSession | undefined;
}

/** The session. @throws {ClientError} `disconnected`. */
export function requireSession({ session }: SessionSource): ServerSession {
  if (session !== undefined) return session;
  throw new ClientError({ kind: "not-connected" });
}
