/**
 * Parses a line of PTCHAT. Pure, no I/O.
 *
 * A line that starts with `~` is a command: `~:word:`, `~-@user: text`, `~->user: text`. Any other line is a message.
 *
 * @module
 */
import { encodedLength } from "../ground/bytes.ts";
import { MAX_PASSWORD_BYTES } from "../ground/limits.ts";
import { isAccountName, isRoomName } from "../ground/names.ts";
import { looksLikeSignIn, type SignInLineOptions } from "../ground/sign_in_words.ts";
import { cleanSpeech, cleanText } from "../ground/text.ts";
import { fitText } from "../irc/message.ts";

/** Longest message in bytes of UTF-8: fits an IRC line with names of any length. */
export const MAX_TEXT_BYTES = 350;
/** Number of lines of `~:history:` without a number. */
export const DEFAULT_HISTORY_LINES = 20;
/** Most lines of `~:history N:`. */
export const MAX_SHOWN_HISTORY_LINES = 200;

/** How much of an invalid line is quoted in the error. */
const MAX_SHOWN_BYTES = 40;

/** A parsed line. */
export type PtchatCommand =
  | { readonly kind: "say"; readonly text: string }
  | { readonly kind: "tag"; readonly user: string; readonly text: string }
  | { readonly kind: "private"; readonly user: string; readonly text: string }
  | { readonly kind: "users" }
  | { readonly kind: "rooms" }
  | { readonly kind: "help" }
  | { readonly kind: "quit" }
  | { readonly kind: "history"; readonly lines: number }
  | { readonly kind: "join"; readonly room: string }
  | { readonly kind: "name"; readonly name: string }
  | {
    readonly kind: "login" | "register";
    readonly name: string;
    /** `undefined`: it is on the next line. */
    readonly password: string | undefined;
  }
  | InvalidCommand;

/** An invalid line. */
export interface InvalidCommand {
  /** Discriminates it from the commands. */
  readonly kind: "wrong";
  /** What is wrong with it. */
  readonly fault: PtchatFault;
  /** The part of the line that may be quoted. */
  readonly given: string;
  /** It was a mistyped sign-in: the next line is likely a password. */
  readonly isSignIn: boolean;
}

/** Why a line is invalid. */
export type PtchatFault =
  | "empty"
  | "too-long"
  | "unknown"
  | "no-text"
  | "bad-user"
  | "bad-name"
  | "bad-room"
  | "bad-number"
  | "bad-password"
  | "not-a-command";

/**
 * Parses one line, without its line end, and cleans text for others. Never throws: an invalid line is `wrong`.
 *
 * @example The three ways to speak
 * ```ts
 * import assert from "node:assert/strict";
 * import { parseLine } from "./command.ts";
 * assert.deepEqual(parseLine("hello all"), { kind: "say", text: "hello all" });
 * assert.deepEqual(parseLine("~-@bob: Hello"), { kind: "tag", user: "bob", text: "Hello" });
 * assert.deepEqual(parseLine("~->bob: Hi"), { kind: "private", user: "bob", text: "Hi" });
 * ```
 *
 * @example A password may come with the name or on the next line
 * ```ts
 * import assert from "node:assert/strict";
 * import { parseLine } from "./command.ts";
 * assert.deepEqual(parseLine("~:login bob:"), { kind: "login", name: "bob", password: undefined });
 * assert.deepEqual(parseLine("~:login bob a: b:"), { kind: "login", name: "bob", password: "a: b" });
 * ```
 */
export function parseLine(line: string, options: SignInLineOptions = {}): PtchatCommand {
  const text = line.trim();
  if (text === "") return wrong("empty", "");
  if (text.startsWith("~-@")) return addressed("tag", line.trimStart());
  if (text.startsWith("~->")) return addressed("private", line.trimStart());
  if (text.startsWith("~")) return command(text);
  if (looksLikeSignIn(text, options)) return wrong("not-a-command", "", { isSignIn: true });
  return isTooLong(line) ? wrong("too-long", "") : { kind: "say", text: cleanSpeech(line) };
}

/** Whether `password` has a valid length: 1 to {@linkcode MAX_PASSWORD_BYTES} bytes. */
export function isPassword(password: string): boolean {
  return password !== "" && encodedLength(password) <= MAX_PASSWORD_BYTES;
}

function addressed(kind: "tag" | "private", line: string): PtchatCommand {
  const colon = line.indexOf(":");
  if (colon < 0) return wrong("no-text", line);
  const user = line.slice(3, colon).trim();
  const text = line.slice(colon + 1).replace(/^ /, ""); // the first blank is a separator, others belong to the text
  if (!isAccountName(user)) return wrong("bad-user", user);
  if (text.trim() === "") return wrong("no-text", user);
  return isTooLong(text) ? wrong("too-long", "") : { kind, user, text: cleanSpeech(text) };
}

function command(line: string): PtchatCommand {
  // The last colon may be missing, as in the client printed in PTCHAT's manual.
  const [, body = ""] = /^~:(.+?):?$/s.exec(line) ?? [];
  if (body === "") return unknown(line.split(/[\s:]/, 1)[0] ?? "", line);
  const space = body.indexOf(" ");
  const word = (space < 0 ? body : body.slice(0, space)).toLowerCase();
  const rest = space < 0 ? "" : body.slice(space + 1);
  const read = COMMANDS[word];
  return read === undefined ? unknown(`~:${word}:`, line) : read(rest);
}

/** @param shown The part of the line without a password. */
function unknown(shown: string, line: string): PtchatCommand {
  return wrong("unknown", shown, { isSignIn: looksLikeSignIn(line) });
}

const COMMANDS: { readonly [word: string]: ((rest: string) => PtchatCommand) | undefined } = {
  // Without a prototype, so that "~:constructor:" is unknown like any other word.
  __proto__: null as never,
  "lu": () => ({ kind: "users" }),
  "q!": () => ({ kind: "quit" }),
  "help": () => ({ kind: "help" }),
  "rooms": () => ({ kind: "rooms" }),
  "history": (rest) => history(rest.trim()),
  "join": (rest) => join(rest.trim()),
  "name": (rest) =>
    isAccountName(rest.trim()) ? { kind: "name", name: rest.trim() } : badName(rest),
  "login": (rest) => credentials("login", rest),
  "register": (rest) => credentials("register", rest),
};

function history(rest: string): PtchatCommand {
  if (rest === "") return { kind: "history", lines: DEFAULT_HISTORY_LINES };
  const lines = /^\d{1,9}$/.test(rest) ? Number(rest) : 0;
  if (lines < 1) return wrong("bad-number", rest);
  return { kind: "history", lines: Math.min(lines, MAX_SHOWN_HISTORY_LINES) };
}

function join(rest: string): PtchatCommand {
  const room = rest.startsWith("#") ? rest : `#${rest}`;
  return isRoomName(room) ? { kind: "join", room } : wrong("bad-room", rest);
}

function credentials(kind: "login" | "register", rest: string): PtchatCommand {
  const text = rest.trimStart();
  const space = text.indexOf(" ");
  const name = space < 0 ? text : text.slice(0, space);
  if (!isAccountName(name)) return wrong("bad-name", name.trim(), { isSignIn: true });
  if (space < 0) return { kind, name, password: undefined };
  const password = text.slice(space + 1);
  if (isPassword(password)) return { kind, name, password };
  return wrong("bad-password", "", { isSignIn: true });
}

function badName(given: string): PtchatCommand {
  return wrong("bad-name", given.trim());
}

function wrong(
  fault: PtchatFault,
  given: string,
  { isSignIn = false }: { readonly isSignIn?: boolean } = {},
): InvalidCommand {
  return { kind: "wrong", fault, given: fitText(cleanText(given), MAX_SHOWN_BYTES), isSignIn };
}

function isTooLong(text: string): boolean {
  // A UTF-16 unit has at most three bytes of UTF-8: most lines need not be encoded.
  return text.length * 3 > MAX_TEXT_BYTES && encodedLength(text) > MAX_TEXT_BYTES;
}
