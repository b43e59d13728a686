/**
 * Stored messages as IRC lines, in a `chathistory` batch if the client supports batches.
 *
 * https://ircv3.net/specs/extensions/chathistory
 *
 * @module
 */
import { encodedLength } from "../../../../ground/bytes.ts";
import { CAP } from "../../../../irc/caps.ts";
import { OUTBOX_LIMIT_BYTES } from "../../../../net/outbox.ts";
import type { HistoryRow } from "../../../../store/store.ts";
import { formatSpoken } from "./event_formatter.ts";
import type { IrcSession } from "./session.ts";

const COMMANDS = { message: "PRIVMSG", notice: "NOTICE", tags: "TAGMSG" } as const;

/** Most bytes of one answer; a client that wants more has to ask again. */
const MAX_ANSWER_BYTES = 256 * 1024;

let batches = 0;

/** Messages to be sent. */
export interface HistoryReply {
  readonly target: string;
  readonly rows: readonly HistoryRow[];
  readonly inBatch: boolean;
  /** Which rows are sent if there are too many. */
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

/** The lines of each message; at least one message, and no more than the client's queue has space for. */
function fittingMessages(
  session: IrcSession,
  { target, rows, keep }: HistoryReply,
  extra: Readonly<Record<string, string>>,
): string[] {
  const ordered = keep === "oldest" ? rows : rows.toReversed();
  const messages: string[] = [];
  // Half of the free space, because several answers may be requested at once.
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
    room -= encodedLength(lines);
    if (room < 0 && messages.length > 0) break;
    messages.push(lines);
  }
  return keep === "oldest" ? messages : messages.reverse();
}

/** The text with its time in front, for clients that cannot show times. */
function stamped({ time, text }: HistoryRow): string {
  if (text.startsWith("\x01")) return text;
  return `[${new Date(time).toISOString().slice(5, 16).replace("T", " ")}] ${text}`;
}
