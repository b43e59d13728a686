/**
 * Parses and formats IRC lines. Pure, no I/O.
 *
 * Follows https://modern.ircdocs.horse/#message-format and
 * https://ircv3.net/specs/extensions/message-tags.html
 *
 * @module
 */
import { encodedLength } from "../ground/bytes.ts";

/** Longest body of a line in bytes, CR LF included (RFC 1459, section 2.3). */
export const MAX_BODY_BYTES = 512;
/** Longest tag section a client may send, in bytes, `@` and trailing space included. */
export const MAX_CLIENT_TAG_BYTES = 4096;
/** Longest tag section a server may send, in bytes, `@` and trailing space included. */
export const MAX_SERVER_TAG_BYTES = 8191;
/** Longest line a server has to accept from a client, in bytes, CR LF included. */
export const MAX_IRC_LINE_BYTES: number = MAX_CLIENT_TAG_BYTES + MAX_BODY_BYTES;
/** Bytes of text that fit into a line from the server with names of any length. */
export const MAX_SERVER_TEXT_BYTES = 400;
/** Further parameters are joined into the last one (RFC 1459, section 2.3). */
export const MAX_PARAMS = 15;

/** Tags by key; a tag without a value has the value `""`. */
export type Tags = Readonly<Record<string, string>>;

/** A parsed line. */
export interface Message {
  /** Empty if the line has none. */
  readonly tags: Tags;
  /** The part after `:` at the start: a server's name or `nick!user@host`. */
  readonly source: string | undefined;
  /** Upper case, or a three-digit numeric. */
  readonly command: string;
  /** At most {@linkcode MAX_PARAMS}, without the colon of the last one. */
  readonly params: readonly string[];
}

const NO_TAGS: Tags = Object.freeze({});
/** Most bytes of UTF-8 for one UTF-16 unit. */
const MAX_BYTES_PER_UNIT = 3;
const encoder = new TextEncoder();
const scratch = new Uint8Array(MAX_BODY_BYTES);

/**
 * Parses one line, without its CR LF.
 *
 * @returns `undefined` when it has no command; any other line is accepted.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parseMessage } from "./message.ts";
 * const message = parseMessage("@id=7 :amy!a@host PRIVMSG #lobby :hello all");
 * assert.deepEqual(message?.params, ["#lobby", "hello all"]);
 * assert.equal(message?.tags["id"], "7");
 * ```
 */
export function parseMessage(line: string): Message | undefined {
  let at = 0;
  let tags = NO_TAGS;
  let source: string | undefined;
  if (line.charCodeAt(0) === 0x40 /* @ */) {
    const end = line.indexOf(" ");
    if (end < 0) return undefined;
    tags = parseTags(line.slice(1, end));
    at = skipSpaces(line, end);
  }
  if (line.charCodeAt(at) === 0x3a /* : */) {
    const end = line.indexOf(" ", at);
    if (end < 0) return undefined;
    source = line.slice(at + 1, end);
    at = skipSpaces(line, end);
  }
  let end = line.indexOf(" ", at);
  if (end < 0) end = line.length;
  if (end === at) return undefined;
  const command = line.slice(at, end).toUpperCase();
  const params: string[] = [];
  at = skipSpaces(line, end);
  while (at < line.length) {
    if (line.charCodeAt(at) === 0x3a || params.length === MAX_PARAMS - 1) {
      params.push(line.charCodeAt(at) === 0x3a ? line.slice(at + 1) : line.slice(at));
      break;
    }
    end = line.indexOf(" ", at);
    if (end < 0) end = line.length;
    params.push(line.slice(at, end));
    at = skipSpaces(line, end);
  }
  return { tags, source, command, params };
}

/** A line for {@linkcode formatMessage}; everything but the command is optional. */
export interface MessageInit {
  /** A tag whose value is `undefined` is left out. */
  readonly tags?: Readonly<Record<string, string | undefined>>;
  /** A server's name or `nick!user@host`. */
  readonly source?: string | undefined;
  /** Upper case, or a three-digit numeric. */
  readonly command: string;
  /** Only the last one may be empty, contain a space or start with `:`. */
  readonly params?: readonly string[];
}

/**
 * Formats a line, without CR LF. The last parameter is written as trailing when necessary, and always for
 * the commands with user text.
 *
 * @throws {TypeError} When a parameter other than the last is empty, contains a space or starts with `:`,
 * or when any part contains CR, LF or NUL.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { formatMessage } from "./message.ts";
 * assert.equal(formatMessage({ command: "PRIVMSG", params: ["#lobby", "hi all"] }), "PRIVMSG #lobby :hi all");
 * ```
 */
export function formatMessage({ tags, source, command, params = [] }: MessageInit): string {
  let line = tags ? formatTags(tags) : "";
  if (source !== undefined) line += `:${source} `;
  line += command;
  for (let i = 0; i < params.length; i++) {
    const param = params[i]!;
    if (i === params.length - 1 && (TEXT_COMMANDS.has(command) || needsTrailing(param))) {
      line += " :" + param;
    } else {
      if (needsTrailing(param)) throw new TypeError(`Cannot write middle parameter: "${param}"`);
      line += " " + param;
    }
  }
  if (/[\0\r\n]/.test(line)) {
    throw new TypeError(`Cannot write line with CR, LF or NUL: ${command}`);
  }
  return line;
}

const TEXT_COMMANDS = new Set([
  "PRIVMSG",
  "NOTICE",
  "TOPIC",
  "QUIT",
  "PART",
  "KICK",
  "ERROR",
  "AWAY",
]);

/**
 * Turns any word into a valid middle parameter: removes spaces and leading colons; `*` if nothing is left.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { asMiddle } from "./message.ts";
 * assert.equal(asMiddle(":bob smith"), "bobsmith");
 * assert.equal(asMiddle(""), "*");
 * ```
 */
export function asMiddle(word: string): string {
  if (!needsTrailing(word)) return word;
  return word.replaceAll(" ", "").replace(/^:+/, "") || "*";
}

/**
 * Truncates the body of a line (all but its tags) to {@linkcode MAX_BODY_BYTES}, never within a character.
 *
 * @param line Without CR LF.
 */
export function fitBody(line: string): string {
  const start = line.charCodeAt(0) === 0x40 /* @ */ ? line.indexOf(" ") + 1 : 0;
  return line.slice(0, start) + fitText(line.slice(start), MAX_BODY_BYTES - 2);
}

/** Whether the tags or the body of a client's line are too long. @param line Without CR LF. */
export function isOverlong(line: string): boolean {
  const start = line.charCodeAt(0) === 0x40 /* @ */ ? line.indexOf(" ") + 1 : 0;
  const tags = line.slice(0, start), body = line.slice(start);
  if (fittingLength(body, MAX_BODY_BYTES - 2) < body.length) return true;
  return tags.length * MAX_BYTES_PER_UNIT > MAX_CLIENT_TAG_BYTES &&
    encoder.encode(tags).length > MAX_CLIENT_TAG_BYTES;
}

/** Number of UTF-16 units of a text that fit in `maxBytes` of UTF-8, whole characters only. */
export function fittingLength(text: string, maxBytes: number): number {
  if (text.length * MAX_BYTES_PER_UNIT <= maxBytes) return text.length;
  return encoder.encodeInto(text, scratch.subarray(0, maxBytes)).read;
}

/** The start of a text that fits in `maxBytes` of UTF-8, whole characters only. */
export function fitText(text: string, maxBytes: number): string {
  return text.slice(0, fittingLength(text, maxBytes));
}

/** Splits a text into pieces of at most `maxBytes` (four or more) of UTF-8, never within a character. */
export function splitText(text: string, maxBytes: number): string[] {
  const pieces: string[] = [];
  let rest = text;
  do {
    const piece = fitText(rest, maxBytes);
    pieces.push(piece);
    rest = rest.slice(piece.length);
  } while (rest !== "");
  return pieces;
}

/**
 * Joins words, in order, into as few texts as possible, each of at most `maxBytes` of UTF-8. A word longer
 * than that becomes a text of its own.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { packWords } from "./message.ts";
 * assert.deepEqual(packWords(["amy", "bob", "cara"], 8), ["amy bob", "cara"]);
 * ```
 */
export function packWords(words: Iterable<string>, maxBytes: number, separator = " "): string[] {
  const texts: string[] = [];
  let bytes = Infinity;
  for (const word of words) {
    const longer = bytes + separator.length + encodedLength(word);
    if (longer <= maxBytes) {
      texts[texts.length - 1] += separator + word;
      bytes = longer;
    } else {
      texts.push(word);
      bytes = encodedLength(word);
    }
  }
  return texts;
}

/** Formats a tag section with its `@` and its space, or `""` when there is no tag. */
export function formatTags(tags: Readonly<Record<string, string | undefined>>): string {
  let text = "";
  for (const key in tags) {
    const value = tags[key];
    if (value === undefined) continue;
    text += (text === "" ? "@" : ";") + (value === "" ? key : `${key}=${escapeTagValue(value)}`);
  }
  return text === "" ? "" : text + " ";
}

/** Escapes a tag's value (message-tags, "Escaping values"). */
export function escapeTagValue(value: string): string {
  return /[;\\ \r\n]/.test(value) ? value.replace(/[;\\ \r\n]/g, (c) => ESCAPES[c]!) : value;
}

/** The reverse of {@linkcode escapeTagValue}; the backslash of an unknown escape and one at the end are dropped. */
export function unescapeTagValue(value: string): string {
  if (!value.includes("\\")) return value;
  return value.replace(/\\(.?)/gs, (_, c: string) => UNESCAPES[c] ?? c);
}

const ESCAPES: Record<string, string> = {
  ";": "\\:",
  " ": "\\s",
  "\\": "\\\\",
  "\r": "\\r",
  "\n": "\\n",
};
const UNESCAPES: Record<string, string> = { ":": ";", s: " ", "\\": "\\", r: "\r", n: "\n" };

function parseTags(text: string): Tags {
  const tags: Record<string, string> = Object.create(null);
  for (const part of text.split(";")) {
    if (part === "") continue;
    const equals = part.indexOf("=");
    if (equals < 0) tags[part] = "";
    else tags[part.slice(0, equals)] = unescapeTagValue(part.slice(equals + 1));
  }
  return tags;
}

function needsTrailing(param: string): boolean {
  return param === "" || param.charCodeAt(0) === 0x3a || param.includes(" ");
}

function skipSpaces(line: string, at: number): number {
  while (line.charCodeAt(at) === 0x20) at++;
  return at;
}
