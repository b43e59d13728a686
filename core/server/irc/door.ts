/**
 * The IRC door on a connection: bytes to lines of IRC, and back.
 *
 * @module
 */
import { MAX_IRC_LINE_BYTES } from "../../irc/message.ts";
import type { Connection } from "../../net/connection.ts";
import { LineSplitter } from "../../net/lines.ts";
import { type LineCutter, LineStream } from "../../net/line_stream.ts";
import { IrcSession, type IrcSessionOptions } from "./session.ts";

/** Options for {@linkcode openIrc}. */
export interface OpenIrcOptions extends Omit<IrcSessionOptions, "connection"> {
  readonly connection: Connection;
}

/** Begins a session on a connection of bytes. @returns it, and what the connection's events go to. */
export function openIrc(
  { connection, ...options }: OpenIrcOptions,
): { readonly session: IrcSession; readonly events: LineStream } {
  const { throttle, turn } = options.context;
  const cutter: LineCutter = new LineSplitter(MAX_IRC_LINE_BYTES - 2, {
    line: (text) => session.line(text),
    fault: (fault, line) => session.fault(fault, line),
    isFull: () => events.isCrowded,
  });
  const events: LineStream = new LineStream({
    connection,
    cutter,
    budget: throttle.byteBudget(),
    due: (outbox) => turn.add(outbox),
    ended: (reason) => session.ended(reason),
  });
  const session = new IrcSession({ ...options, connection: events });
  return { session, events };
}
