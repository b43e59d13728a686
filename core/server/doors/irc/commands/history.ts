/**
 * CHATHISTORY.
 *
 * https://ircv3.net/specs/extensions/chathistory
 *
 * @module
 */
import { CAP } from "../../../../irc/caps.ts";
import type { Message } from "../../../../irc/message.ts";
import type { HistoryQuery, HistoryRef, HistoryTarget } from "../../../../store/store.ts";
import { findOwnRoom } from "../../../acts/rooms.ts";
import { historyOf } from "../../../keep/room_history.ts";
import { sendHistory } from "../session/history.ts";
import { MAX_HISTORY } from "../session/isupport.ts";
import type { IrcSession } from "../session/session.ts";
import { type CommandResult, continueWith } from "../session/session_state.ts";
import type { Commands } from "./command.ts";

export const historyCommands: Commands = {
  CHATHISTORY: { minParams: 1, speaking: true, run: chathistory },
};

function chathistory(session: IrcSession, { params }: Message): CommandResult {
  const [subcommand = "", ...args] = params;
  const name = subcommand.toUpperCase();
  if (name === "TARGETS") return targets(session, args);
  const [room = "", ...refs] = args;
  const fail = (code: string, text: string, ...about: string[]) =>
    session.reply.fail("CHATHISTORY", code, [name, ...about], text);
  const limit = Number(refs.pop());
  if (!Number.isSafeInteger(limit) || limit < 0) {
    return fail("INVALID_PARAMS", "Limit is not a number");
  }
  const query = parseQuery(name, refs, Math.min(limit, MAX_HISTORY));
  if (!query) return fail("INVALID_PARAMS", "Parameters make no sense");
  const found = findOwnRoom(session.context, session, room);
  if (found.state !== "found") {
    return fail("INVALID_TARGET", "Messages could not be retrieved", room);
  }
  const rows = limit === 0 ? [] : historyOf(session.context, found.room, query);
  const keep = query.kind === "latest" || query.kind === "before" ? "newest" : "oldest";
  const { name: target } = found.room;
  return continueWith(rows, (rows) => {
    sendHistory(session, { target, rows, inBatch: session.view.has(CAP.BATCH), keep });
  });
}

function parseQuery(
  name: string,
  refs: readonly string[],
  limit: number,
): HistoryQuery | undefined {
  const [first, second] = refs;
  const ref = parseRef(first);
  switch (name) {
    case "LATEST":
      if (first === "*") return { kind: "latest", limit };
      return ref && { kind: "latest", since: ref, limit };
    case "BEFORE":
      return ref && { kind: "before", ref, limit };
    case "AFTER":
      return ref && { kind: "after", ref, limit };
    case "AROUND":
      return ref && { kind: "around", ref, limit };
    case "BETWEEN": {
      const end = parseRef(second);
      return ref && end && { kind: "between", start: ref, end, limit };
    }
    default:
      return undefined;
  }
}

/** `msgid=...` or `timestamp=...`. */
function parseRef(text: string | undefined): HistoryRef | undefined {
  if (text?.startsWith("msgid=")) return { id: text.slice(6) };
  if (!text?.startsWith("timestamp=")) return undefined;
  const time = Date.parse(text.slice(10));
  return Number.isNaN(time) ? undefined : { time };
}

function targets(
  session: IrcSession,
  [from, to, limit]: readonly string[],
): CommandResult {
  const start = parseRef(from), end = parseRef(to);
  if (!start || !end || !("time" in start) || !("time" in end)) {
    return session.reply.fail(
      "CHATHISTORY",
      "INVALID_PARAMS",
      ["TARGETS"],
      "Parameters make no sense",
    );
  }
  const { store } = session.context;
  const wanted = Math.trunc(Number(limit));
  const range = {
    from: start.time,
    to: end.time,
    limit: wanted > 0 ? Math.min(wanted, MAX_HISTORY) : MAX_HISTORY,
  };
  const newest = store.history.targets([...session.self.rooms], range);
  return continueWith(newest, (found) => sendTargets(session, found));
}

function sendTargets(session: IrcSession, found: readonly HistoryTarget[]): void {
  const { name } = session.context;
  const inBatch = session.view.has(CAP.BATCH);
  if (inBatch) session.reply.line(`:${name} BATCH +targets draft/chathistory-targets`);
  for (const { room, time } of found) {
    const tag = inBatch ? "@batch=targets " : "";
    session.reply.line(
      `${tag}:${name} CHATHISTORY TARGETS ${room} ${new Date(time).toISOString()}`,
    );
  }
  if (inBatch) session.reply.line(`:${name} BATCH -targets`);
}
