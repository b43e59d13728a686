/**
 * Stored messages as IRC lines, in a `chathistory` batch where the client knows batches.
 *
 * https://ircv3.net/specs/extensions/chathistory
 *
 * @module
 */
import { CAP } from "../../../../irc/caps.ts";
import { OUTBOX_LIMIT_BYTES } from "../../../../net/outbox.ts";
import type { HistoryRow } from "../../../../store/store.ts";
import { formatSpoken } from "./event_formatter.ts";
import type { IrcSession } from "./session.ts";

const encoder = new TextEncoder();

const COMMANDS = { message: "PRIVMSG", notice: "NOTICE", tags: "TAGMSG" } as const;

/** Most bytes of one answer: a client that wants more asks again, and reads meanwhile. */
const MAX_ANSWER_BYTES = 256 * 1024;

let batches = 0;

/** Messages to be sent. */
export interface HistoryReply {
  readonly target: string;
  readonly rows: readonly HistoryRow[];
  readonly inBatch: boolean;
  /** Which rows are sent when all of them would be too much. */
  readonly keep: "oldest" | "newest";
}

/** Sends messages, oldest first. */
export function sendHistory(session: IrcSession, reply: HistoryReply): void {
  const { target, inBatch } = reply;
  const ref = `h${(++batches).toString(36)}`;
  const { name } = session.context;
  if (inBatch) session.reply.line(`:${name} BATCH +${ref} chathistory ${target}`);
  for (const lines of fittingMessages(session, reply, inBatch ? { batch: ref } : {})) {
    for (const line of lines.split("\r\n")) if (line !== "") session.reply.line(line);
  }
  if (inBatch) session.reply.line(`:${name} BATCH -${ref}`);
}

/** Each message as its lines; at least one, and no more than the reader has room for. */
function fittingMessages(
  session: IrcSession,
  { target, rows, keep }: HistoryReply,
  extra: Readonly<Record<string, string>>,
): string[] {
  const ordered = keep === "oldest" ? rows : rows.toReversed();
  const messages: string[] = [];
  // Half of what is free: several answers may be asked for at once.
  let room = Math.min(MAX_ANSWER_BYTES, (OUTBOX_LIMIT_BYTES - session.pendingBytes) / 2);
  for (const row of ordered) {
    const text = session.view.has(CAP.SERVER_TIME) ? row.text : stamped(row);
    const lines = formatSpoken(
      {
        time: row.time,
        id: row.id,
        mask: `${row.from}!${row.mask}`,
        account: row.account,
        command: COMMANDS[row.kind],
        target,
        text,
        tags: row.tags,
      },
      session.view.caps,
      extra,
    );
    room -= encoder.encode(lines).length;
    if (room < 0 && messages.length > 0) break;
    messages.push(lines);
  }
  return keep === "oldest" ? messages : messages.reverse();
}

/** The text with the time in front, for clients that cannot show when it was said. */
function stamped({ time, text }: HistoryRow): string {
  if (text.startsWith("\x01")) return text;
  return `[${new Date(time).toISOString().slice(5, 16).replace("T", " ")}] ${text}`;
}
