/**
 * What was said in a room before we came, or while we were away
 * (https://ircv3.net/specs/extensions/chathistory). The messages themselves arrive as batches like any other.
 *
 * @module
 */
import { ClientError } from "./errors.ts";
import type { ServerSession } from "./session.ts";

/** How many messages a newcomer sees. */
export const FIRST_LOOK = 50;
/** How many are asked for at once after an absence. */
const PAGE = 100;
/** Pages after which an absence was too long to be told in full. */
const MAX_PAGES = 20;

/** Whether the server keeps history for clients to ask for. */
export function hasHistory(session: ServerSession): boolean {
  return session.capabilities.has("draft/chathistory") && session.capabilities.has("batch");
}

/**
 * Asks for the last `limit` messages of a room, up to what the server gives at once.
 *
 * @throws {ClientError} What the server refused; `unsupported` when it keeps none.
 */
export async function fetchLatest(
  session: ServerSession,
  room: string,
  limit: number,
): Promise<void> {
  if (!hasHistory(session)) {
    throw new ClientError({ kind: "no-history" });
  }
  await ask(session, ["LATEST", room, "*", String(clamp(session, limit))]);
}

/** Asks for all that was said after the message `id`; for a first look when that one is not known any more. */
export async function fetchAfter(session: ServerSession, room: string, id: string): Promise<void> {
  const limit = clamp(session, PAGE);
  let anchor = id;
  for (let page = 0; page < MAX_PAGES; page++) {
    let ids: readonly string[];
    try {
      ids = await ask(session, ["AFTER", room, `msgid=${anchor}`, String(limit)]);
    } catch (error) {
      if (!(error instanceof ClientError) || error.fault === "disconnected") throw error;
      return await fetchLatest(session, room, FIRST_LOOK);
    }
    const last = ids.at(-1);
    if (last === undefined) return; // a short page is no sign: a server may give less than was asked for
    anchor = last;
  }
}

/**
 * Asks for the `limit` messages before the message `id`.
 *
 * @returns Whether there were any.
 * @throws {ClientError} What the server refused; `unsupported` when it keeps none.
 */
export async function fetchBefore(
  session: ServerSession,
  room: string,
  { id, limit }: { readonly id: string; readonly limit: number },
): Promise<boolean> {
  if (!hasHistory(session)) throw new ClientError({ kind: "no-history" });
  const most = String(clamp(session, limit));
  return (await ask(session, ["BEFORE", room, `msgid=${id}`, most])).length > 0;
}

/** Sends one CHATHISTORY and gives the ids of the messages that came. */
async function ask(session: ServerSession, params: readonly string[]): Promise<readonly string[]> {
  const answer = await session.request({ command: "CHATHISTORY", params });
  return answer.flatMap(({ tags }) => tags["msgid"] ?? []);
}

function clamp(session: ServerSession, limit: number): number {
  const most = Number(session.isupport("CHATHISTORY") || Infinity);
  return most > 0 ? Math.min(limit, most) : limit;
}
