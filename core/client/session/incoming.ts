/**
 * Parses and cleans the server's lines: the text of the result is safe to show. All other code
 * relies on that and does not clean again.
 *
 * @module
 */
import { cleanText } from "../../ground/text.ts";
import { unformatted } from "../../irc/formatting.ts";
import { type Message, parseMessage, type Tags } from "../../irc/message.ts";

/** A cleaned line of the server. */
export interface Incoming extends Message {
  /** The sender: the nickname of the source, or the server's name; `""` without a source. */
  readonly from: string;
  /** The word of a CTCP request or reply, `ACTION` for `/me`; its text is then the last parameter. */
  readonly ctcp: string | undefined;
}

/**
 * Client tag of a note between two clients; its value is JSON (docs/peer-protocol.md). It is not cleaned: it has its own
 * strict parser (core/peer), which needs the original text.
 */
export const PEER_TAG = "+chat/peer";

/**
 * Parses one line of the server, without its CR LF.
 *
 * @returns `undefined` when it has no command.
 *
 * @example Control sequences are removed
 * ```ts
 * import assert from "node:assert/strict";
 * import { parseIncoming } from "./incoming.ts";
 * const incoming = parseIncoming(":amy!a@host PRIVMSG #lobby :\x1b]0;gotcha\x07 \x02bold\x02");
 * assert.equal(incoming?.from, "amy");
 * assert.equal(incoming?.params[1], "\ufffd]0;gotcha\ufffd bold");
 * ```
 */
export function parseIncoming(line: string): Incoming | undefined {
  const message = parseMessage(line);
  if (message === undefined) return undefined;
  const { command, source } = message;
  const params = [...message.params];
  let ctcp: string | undefined;
  if (command === "PRIVMSG" || command === "NOTICE") {
    const request = parseCtcp(params.at(-1) ?? "");
    if (request !== undefined) {
      ctcp = request.word;
      params[params.length - 1] = request.text;
    }
  }
  const from = source === undefined ? "" : source.slice(0, sourceEnd(source));
  return {
    tags: cleanTags(message.tags),
    source: source === undefined ? undefined : cleanText(source),
    from: cleanText(from),
    command: cleanText(command),
    params: params.map((param, at) =>
      at < params.length - 1 || NAMES_LAST.has(command) ? cleanText(param) : unformatted(param)
    ),
    ctcp,
  };
}

/** Commands whose last parameter is a name or names, which are restricted, instead of a text. */
const NAMES_LAST: ReadonlySet<string> = new Set([
  ...["ACCOUNT", "BATCH", "INVITE", "JOIN", "MODE", "NICK"],
  ...["319", "353", "730", "731", "732"],
]);

/** `\x01WORD text\x01`, where the last byte may be missing (https://modern.ircdocs.horse/ctcp). */
function parseCtcp(text: string): { word: string; text: string } | undefined {
  if (text.charCodeAt(0) !== 1) return undefined;
  const body = text.slice(1, text.endsWith("\x01") && text.length > 1 ? -1 : undefined);
  const space = body.indexOf(" ");
  const word = cleanText(space < 0 ? body : body.slice(0, space)).toUpperCase();
  return { word, text: space < 0 ? "" : body.slice(space + 1) };
}

function sourceEnd(source: string): number {
  const end = source.search(/[!@]/);
  return end < 0 ? source.length : end;
}

function cleanTags(tags: Tags): Tags {
  const clean: Record<string, string> = Object.create(null);
  for (const key in tags) {
    const value = tags[key]!;
    clean[cleanText(key)] = key === PEER_TAG ? value : cleanText(value);
  }
  return clean;
}
