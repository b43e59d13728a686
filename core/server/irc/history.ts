/**
 * Stored messages as IRC lines, in a `chathistory` batch where the client knows batches.
 *
 * https://ircv3.net/specs/extensions/chathistory
 *
 * @module
 */
import { CAP } from "../../irc/caps.ts";
import type { HistoryRow } from "../../store/store.ts";
import { formatSpoken } from "./face.ts";
import type { IrcSession } from "./session.ts";

const COMMANDS = { message: "PRIVMSG", notice: "NOTICE", tags: "TAGMSG" } as const;

let batches = 0;

/** What is to be shown. */
export interface HistoryReply {
  readonly target: string;
  readonly rows: readonly HistoryRow[];
  readonly inBatch: boolean;
}

/** Sends messages, oldest first. Without a batch, each line says when it was. */
export function sendHistory(session: IrcSession, { target, rows, inBatch }: HistoryReply): void {
  const ref = `h${(++batches).toString(36)}`;
  const { name } = session.context;
  if (inBatch) session.sendLine(`:${name} BATCH +${ref} chathistory ${target}`);
  // Inside a batch no other batch is opened: a message of several lines comes as several messages.
  const caps = session.caps & ~CAP.MULTILINE;
  for (const row of rows) {
    const lines = formatSpoken(
      {
        time: row.time,
        id: row.id,
        mask: `${row.from}!${row.mask}`,
        account: row.account,
        command: COMMANDS[row.kind],
        target,
        text: session.has(CAP.SERVER_TIME) ? row.text : stamped(row),
        tags: row.tags,
      },
      caps,
      inBatch ? { batch: ref } : {},
    );
    for (const line of lines.split("\r\n")) if (line !== "") session.sendLine(line);
  }
  if (inBatch) session.sendLine(`:${name} BATCH -${ref}`);
}

/** The text with the time in front, for clients that cannot show when it was said. */
function stamped({ time, text }: HistoryRow): string {
  if (text.startsWith("\x01")) return text;
  return `[${new Date(time).toISOString().slice(5, 16).replace("T", " ")}] ${text}`;
}
