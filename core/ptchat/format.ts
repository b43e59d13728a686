/**
 * The output of the PTCHAT protocol: each function returns whole lines with line ends, to be sent in one write.
 *
 * @module
 */
import { MAX_PASSWORD_BYTES } from "../ground/limits.ts";
import { foldName } from "../ground/names.ts";
import { cleanText } from "../ground/text.ts";
import { plainText } from "../irc/formatting.ts";
import { type InvalidCommand, MAX_TEXT_BYTES, type PtchatFault } from "./command.ts";

/** A room message for {@linkcode formatMessageLine}. */
export interface ShownMessage {
  readonly from: string;
  readonly text: string;
}

/** A user for {@linkcode formatUsers}. */
export interface ShownUser {
  readonly name: string;
  readonly online: boolean;
  /** Since when, in milliseconds since 1970; `undefined` if unknown. */
  readonly sinceMs: number | undefined;
  readonly guest: boolean;
}

/** A room for {@linkcode formatRooms}. */
export interface ShownRoom {
  readonly name: string;
  readonly users: number;
  readonly topic: string;
}

/** Why a private message was not delivered. */
export type NotSentReason = "unknown" | "offline" | "refused" | "too-slow";

/** Options for {@linkcode formatGreeting}. */
export interface GreetingOptions {
  /** The server's name. */
  readonly server: string;
  /** Whether guests are allowed. */
  readonly guests: boolean;
  /** Whether the connection is encrypted. */
  readonly encrypted: boolean;
  /** Lines of the message of the day. */
  readonly motd?: readonly string[];
}

/**
 * The greeting of a new connection: how to sign in.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { formatGreeting } from "./format.ts";
 * const text = formatGreeting({ server: "chat.example.org", guests: true, encrypted: true });
 * assert.match(text, /^\* Welcome to chat\.example\.org\./);
 * assert.match(text, /as a guest/);
 * ```
 */
export function formatGreeting({ server, guests, encrypted, motd = [] }: GreetingOptions): string {
  return lines([
    `* Welcome to ${cleanText(server)}. To talk here:`,
    "*   ~:login NAME:      sign in (your next line is the password)",
    "*   ~:register NAME:   make an account (your next line is its password)",
    ...(guests ? ["*   NAME               just a name, and you are in as a guest"] : []),
    "*   ~:help:            all commands",
    "*   ~:q!:              leave",
    ...(encrypted ? [] : ["* This door is not encrypted: others on the way can read along."]),
    ...motd.map((line) => `* ${plainText(line)}`),
  ]);
}

/** The list of all commands. */
export function formatHelp(): string {
  return lines([
    "* Type a line to say it in the room. What starts with ~ is a command:",
    "*   ~-@user: text           say it, and make it stand out for user",
    "*   ~->user: text           tell it to user alone",
    "*   ~:lu:                   list users, online and offline",
    "*   ~:rooms:                list rooms",
    "*   ~:join #room:           go to another room",
    "*   ~:history: ~:history N: show the room's last lines",
    "*   ~:login NAME:           sign in (your next line is the password)",
    "*   ~:register NAME:        make an account (your next line is its password)",
    "*   ~:name NAME:            take a name as a guest",
    "*   ~:help:                 this list",
    "*   ~:q!:                   sign out and leave",
  ]);
}

/**
 * A room message; highlighted if it names the reader.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { formatMessageLine } from "./format.ts";
 * const message = { from: "amy", text: "@bob Hello" };
 * assert.equal(formatMessageLine(message, "carol"), "amy: @bob Hello\n");
 * assert.equal(formatMessageLine(message, "bob"), "*** amy: @bob Hello ***\n");
 * ```
 */
export function formatMessageLine({ from, text }: ShownMessage, reader: string): string {
  const line = messageText(from, text);
  return isMentioned(text, reader) && foldName(from) !== foldName(reader)
    ? `*** ${line} ***\n`
    : `${line}\n`;
}

/** A private message, for its receiver. */
export function formatPrivate({ from, text }: ShownMessage): string {
  return `${plainText(from)} -> you: ${plainText(text)}\n`;
}

/** Confirms a private message to its sender. */
export function formatSent(to: string): string {
  return `* Sent to ${plainText(to)}.\n`;
}

/** Tells the sender of a private message that it is held back until the receiver's address is confirmed. */
export function formatHeld(to: string): string {
  const name = plainText(to);
  return `* Held back for ${name}, until ${name} says more or sends the code.\n`;
}

/** Tells the sender of a private message that it was not delivered. */
export function formatNotSent(to: string, reason: NotSentReason): string {
  return `* Not sent: ${plainText(to)} ${NOT_SENT[reason]}.\n`;
}

/** The room's last lines with a heading and an end; a single line if there are none. */
export function formatHistory(
  room: string,
  messages: readonly (ShownMessage & { readonly timeMs: number })[],
): string {
  if (messages.length === 0) return `* Nothing has been said in ${plainText(room)} yet.\n`;
  return lines([
    `* The last ${messages.length === 1 ? "line" : `${messages.length} lines`} of ${
      plainText(room)
    }:`,
    ...messages.map(({ from, text, timeMs }) => `[${minute(timeMs)}] ${messageText(from, text)}`),
    "* (end of history)",
  ]);
}

/** All known users, sorted by name. */
export function formatUsers(users: readonly ShownUser[]): string {
  const sorted = [...users].sort((a, b) => compare(foldName(a.name), foldName(b.name)));
  const width = Math.max(0, ...sorted.map((user) => user.name.length));
  const online = sorted.filter((user) => user.online).length;
  return lines([
    `* Users: ${sorted.length}, ${online} online.`,
    ...sorted.map(({ name, online, sinceMs, guest }) => {
      const since = sinceMs === undefined ? "" : ` since ${minute(sinceMs)} UTC`;
      return `*   ${plainText(name).padEnd(width)}  ${online ? "online " : "offline"}${since}` +
        (guest ? " (guest)" : "");
    }),
  ]);
}

/** The rooms, sorted by name. */
export function formatRooms(rooms: readonly ShownRoom[]): string {
  const sorted = [...rooms].sort((a, b) => compare(foldName(a.name), foldName(b.name)));
  return lines([
    `* Rooms: ${sorted.length}.`,
    ...sorted.map(({ name, users, topic }) =>
      `*   ${plainText(name)} (${users})` + (topic === "" ? "" : `: ${plainText(topic)}`)
    ),
  ]);
}

/** A line from the server. */
export function formatNotice(text: string): string {
  return `* ${plainText(text)}\n`;
}

/** The error for an invalid line. */
export function formatFault({ fault, given }: Pick<InvalidCommand, "fault" | "given">): string {
  return formatNotice(FAULTS[fault](given));
}

/** Whether `text` contains the name of `reader` as a whole word, case-insensitive. */
export function isMentioned(text: string, reader: string): boolean {
  if (reader === "") return false;
  const folded = foldName(text);
  const name = foldName(reader);
  for (let at = folded.indexOf(name); at >= 0; at = folded.indexOf(name, at + 1)) {
    if (!isNamePart(folded[at - 1]) && !isNamePart(folded[at + name.length])) return true;
  }
  return false;
}

const NOT_SENT: { readonly [reason in NotSentReason]: string } = {
  "unknown": "is not a known user (~:lu: lists users)",
  "offline": "is offline",
  "refused": "does not take it",
  "too-slow": "did not take it in time",
};

const FAULTS: { readonly [fault in PtchatFault]: (given: string) => string } = {
  "empty": () => "An empty line says nothing; ~:help: lists what you can type.",
  "too-long": () => `Not sent: a line may have ${MAX_TEXT_BYTES} bytes.`,
  "unknown": (given) => `Unknown command: ${given} (~:help: lists them all).`,
  "no-text": () => "Not sent: type ~-@user: text or ~->user: text.",
  "bad-user": (given) => `Not sent: "${given}" is not a valid user name.`,
  "bad-name": (given) =>
    `"${given}" is not a valid name: 2 to 20 of A-Z a-z 0-9 _ - [ ] \\ ^ { } | \` are allowed.`,
  "bad-room": (given) => `"${given}" is not a valid room name: they look like #tea.`,
  "bad-number": (given) => `"${given}" is not a number of lines: type ~:history 50: for example.`,
  "not-a-command": () =>
    "Not said, it looks like a sign-in: type ~:login NAME: or ~:register NAME:.",
  "bad-password": () => `A password has 1 to ${MAX_PASSWORD_BYTES} bytes.`,
};

// deno-lint-ignore no-control-regex -- CTCP frames an action with U+0001
const ACTION = /^\x01ACTION (.*?)\x01?$/s;

function messageText(from: string, text: string): string {
  const action = ACTION.exec(text)?.[1];
  return action === undefined
    ? `${plainText(from)}: ${plainText(text)}`
    : `${plainText(from)} ${plainText(action)}`;
}

function minute(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 16).replace("T", " ");
}

function isNamePart(character: string | undefined): boolean {
  return character !== undefined && /[\p{L}\p{N}_\-[\]\\^{}|`]/u.test(character);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function lines(text: readonly string[]): string {
  return text.join("\n") + "\n";
}
