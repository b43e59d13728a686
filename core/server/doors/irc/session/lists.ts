/** Replies that list words, on as many lines as needed, without splitting words. @module */
import { encodedLength } from "../../../../ground/bytes.ts";
import { formatMessage, MAX_BODY_BYTES, packWords } from "../../../../irc/message.ts";
import type { IrcSession } from "./session.ts";

/** A numeric whose last parameter is a list of words. */
export interface ListReply {
  readonly numeric: string;
  /** Parameters before the list, on every line. */
  readonly about?: readonly string[];
  readonly separator?: " " | ",";
}

/** Sends {@linkcode listLines}. */
export function sendList(session: IrcSession, words: Iterable<string>, reply: ListReply): void {
  for (const line of listLines(session, words, reply)) session.reply.line(line);
}

/** The lines with the words in order; none without words. */
export function* listLines(
  session: IrcSession,
  words: Iterable<string>,
  { numeric, about = [], separator = " " }: ListReply,
): Generator<string> {
  const params = [session.nick, ...about, ""];
  const head = formatMessage({ source: session.context.name, command: numeric, params });
  const room = MAX_BODY_BYTES - 2 - encodedLength(head);
  for (const line of packWords(words, room, separator)) {
    yield session.reply.numericLine(numeric, ...about, line);
  }
}
