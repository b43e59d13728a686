/**
 * What the parts of a client ask of each other: ports of one to three methods, so that each part can be built, and
 * tested, with the few others that it needs.
 *
 * @module
 */
import { ClientError } from "./errors.ts";
import type { ClientEvent } from "./events.ts";
import type { ServerSession } from "./session.ts";

/** Publishes events of the client. */
export interface EventSink {
  /** Publishes one; in the order in which they happen. */
  emit(event: ClientEvent): void;
}

/** The session with the server. */
export interface SessionSource {
  /** The registered session; `undefined` while there is no connection. */
  readonly session: ServerSession | undefined;
}

/** Our names. */
export interface OwnNames {
  /** Our nickname; without a connection the account we come back as, else `*`. */
  readonly nick: string;
  /** The account we are, or come back as after a lost connection. */
  readonly account: string | undefined;
}

/** The members of the rooms we are in. */
export interface RoomMembers {
  /** A room we are in; members by their folded names. */
  get(room: string): { readonly members: ReadonlyMap<string, string> } | undefined;
}

/** Who is seen on the server. */
export interface Presence {
  /** Whether we share a room with that nickname. */
  sees(nick: string): boolean;
  /** A nickname as its owner writes it, where we share a room; else as it is given. */
  spelled(nick: string): string;
}

/** The session. @throws {ClientError} `disconnected`. */
export function requireSession({ session }: SessionSource): ServerSession {
  if (session !== undefined) return session;
  throw new ClientError({ kind: "not-connected" });
}
