/**
 * Queries to the server: users, rooms, round trip.
 *
 * @module
 */
import type { Incoming } from "./incoming.ts";
import type { ServerSession } from "./session.ts";

/** The answer to {@linkcode hello}. */
export interface ServerGreeting {
  /** The server's name. */
  readonly name: string;
  /** Its software and version, if it says so. */
  readonly version: string;
  /** Number of users online; `undefined` if unknown. */
  readonly users: number | undefined;
  /** Round trip in milliseconds. */
  readonly roundTripMs: number;
}

/** A room of the server's list. */
export interface RoomListing {
  /** Its name, `#` included. */
  readonly name: string;
  /** Number of members. */
  readonly users: number;
  /** Its topic; `""` if none is set. */
  readonly topic: string;
}

/** A user known to the server. */
export interface KnownUser {
  /** The nickname. */
  readonly name: string;
  /** Whether they are online. */
  readonly online: boolean;
  /** Since when, ISO 8601; `""` if unknown. */
  readonly since: string;
}

/** Measures a round trip and asks for name, version and users. @throws {ClientError} */
export async function hello(session: ServerSession): Promise<ServerGreeting> {
  const roundTripMs = await session.roundTrip();
  const [version] = (await ask(session, "VERSION")).filter(({ command }) => command === "351");
  const counts = await ask(session, "LUSERS");
  return {
    name: version?.params[2] ?? version?.from ?? session.server.server,
    version: version?.params[1] ?? "unknown",
    users: usersIn(counts),
    roundTripMs,
  };
}

/** All rooms listed by the server, by size, then by name. @throws {ClientError} */
export async function listRooms(session: ServerSession): Promise<readonly RoomListing[]> {
  const rooms = (await ask(session, "LIST")).filter(({ command }) => command === "322")
    .map(({ params: [, name = "", users = "0", topic = ""] }) => ({
      name,
      users: Number(users) || 0,
      topic: topic.replace(/^\[\+\w*\] ?/, ""), // some servers put the modes in front
    }));
  return rooms.sort((a, b) => b.users - a.users || a.name.localeCompare(b.name));
}

/** The members of a room, sorted. @throws {ClientError} */
export async function listMembers(
  session: ServerSession,
  room: string,
): Promise<readonly string[]> {
  const names = (await ask(session, "NAMES", room)).filter(({ command }) => command === "353")
    .flatMap(membersIn);
  return names.sort((a, b) => a.localeCompare(b));
}

/** The nicknames in a line of NAMES (353), without the marks of operators and without user and host. */
export function membersIn({ params }: Incoming): readonly string[] {
  return (params.at(-1) ?? "").split(" ")
    .map((name) => name.replace(/^[~&@%+]+/, "").replace(/!.*$/, ""))
    .filter((name) => name !== "");
}

/** All users known to the server, online or not, sorted by name. @throws {ClientError} `not-signed-in`, ... */
export async function listUsers(session: ServerSession): Promise<readonly KnownUser[]> {
  const answer = await ask(session, "NS", "USERS");
  return answer.filter(({ command, params }) => command === "NOTE" && params[1] === "USER")
    .map(({ params: [, , name = "", state, since = ""] }) => ({
      name,
      online: state === "online",
      since: Number.isNaN(Date.parse(since)) ? "" : since,
    }))
    .sort((a, b) => a.name.localeCompare(b.name));
}

/** The topic of a room, `""` if none is set. @throws {ClientError} */
export async function topicOf(session: ServerSession, room: string): Promise<string> {
  const answer = await ask(session, "TOPIC", room);
  return answer.find(({ command }) => command === "332")?.params[2] ?? "";
}

function ask(
  session: ServerSession,
  command: string,
  ...params: string[]
): Promise<readonly Incoming[]> {
  return session.request({ command, params });
}

/** `LUSERS`: the number in 265 (`RPL_LOCALUSERS`) or in the text of 251 (`RPL_LUSERCLIENT`). */
function usersIn(lines: readonly Incoming[]): number | undefined {
  const local = lines.find(({ command }) => command === "265")?.params[1];
  if (local !== undefined && /^\d+$/.test(local)) return Number(local);
  const words = lines.find(({ command }) => command === "251")?.params.at(-1) ?? "";
  const users = /(\d+) user/.exec(words)?.[1];
  const invisible = /(\d+) invisible/.exec(words)?.[1] ?? "0";
  return users === undefined ? undefined : Number(users) + Number(invisible);
}
