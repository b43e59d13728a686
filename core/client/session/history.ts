/**
 * Fetches messages from before we joined a room, or missed while disconnected
 * (https://ircv3.net/specs/extensions/chathistory). The messages themselves arrive as batches like any other.
 *
 * @module
 */
import { ClientError } from "../events/errors.ts";
import type { ServerSession } from "./session.ts";

/** Number of messages fetched after a first join. */
export const FIRST_LOOK = 50;
/** Size of a page when fetching missed messages. */
const PAGE = 100;
/** Most pages of missed messages. */
const MAX_PAGES = 20;

/** Whether the server has history (CHATHISTORY). */
export function hasHistory(session: ServerSession): boolean {
  return session.capabilities.has("draft/chathistory") && session.capabilities.has("batch");
}

/**
 * Fetches the last `limit` messages of a room, up to the server's limit.
 *
 * @throws {ClientError} The server's refusal; `unsupported` when it has no history.
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

/** Fetches all messages after the message `id`; the latest ones if that id is not known any more. */
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
    if (last === undefined) return; // a short page is not the end: a server may return less than requested
    anchor = last;
  }
}

/**
 * Fetches the `limit` messages before the message `id`.
 *
 * @returns Whether there were any.
 * @throws {ClientError} The server's refusal; `unsupported` when it has no history.
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

/** Sends one CHATHISTORY and returns the ids of the received messages. */
async function ask(session: ServerSession, params: readonly string[]): Promise<readonly string[]> {
  const answer = await session.request({ command: "CHATHISTORY", params });
  return answer.flatMap(({ tags }) => tags["msgid"] ?? []);
}

function clamp(session: ServerSession, limit: number): number {
  const most = Number(session.isupport("CHATHISTORY") || Infinity);
  return most > 0 ? Math.min(limit, most) : limit;
}
