/**
 * Encodes events for all IRC sessions with the same capabilities. Each event is encoded once per formatter, for any number
 * of sessions.
 *
 * @module
 */
import { encodedLength } from "../../../../ground/bytes.ts";
import { CAP, type CapSet } from "../../../../irc/caps.ts";
import {
  fitBody,
  fittingLength,
  formatTags,
  MAX_BODY_BYTES,
  splitText,
} from "../../../../irc/message.ts";
import type { HubEvent, ModeChange, SaidEvent, UserFacts } from "../../../hub/events.ts";

/** Capabilities that change how an event is written. */
const VISIBLE = CAP.MESSAGE_TAGS | CAP.SERVER_TIME | CAP.ACCOUNT_TAG | CAP.BATCH | CAP.MULTILINE |
  CAP.EXTENDED_JOIN | CAP.AWAY_NOTIFY | CAP.ACCOUNT_NOTIFY | CAP.SETNAME;

const encoder = new TextEncoder();

/** Encodes events for one set of capabilities. Formatters are shared: get them from {@linkcode EventFormatters.of}. */
export class EventFormatter {
  #caps: CapSet;
  #lastEvent: HubEvent | undefined;
  #lastBytes: Uint8Array | undefined;

  constructor(caps: CapSet) {
    this.#caps = caps;
  }

  /** The lines of an event, each with its CR LF; `undefined` if these sessions do not receive it. */
  encode(event: HubEvent): Uint8Array | undefined {
    if (event !== this.#lastEvent) {
      const text = formatEvent(event, this.#caps);
      this.#lastBytes = text === "" ? undefined : encoder.encode(text);
      this.#lastEvent = event;
    }
    return this.#lastBytes;
  }
}

/** All formatters of one server. */
export class EventFormatters {
  #faces = new Map<CapSet, EventFormatter>();

  /** The formatter for sessions with these capabilities. */
  of(caps: CapSet): EventFormatter {
    const visible = caps & VISIBLE;
    let face = this.#faces.get(visible);
    if (!face) this.#faces.set(visible, face = new EventFormatter(visible));
    return face;
  }
}

/**
 * Formats an event as IRC lines for a session with these capabilities.
 *
 * @returns `""` if such a session does not receive the event.
 */
export function formatEvent(event: HubEvent, caps: CapSet): string {
  if (event.kind === "said") return formatSaid(event, caps);
  return linesOf(event, caps).map((line) => `${fitBody(line)}\r\n`).join("");
}

function linesOf(event: Exclude<HubEvent, SaidEvent>, caps: CapSet): string[] {
  const ifRequested = (cap: CapSet, line: string) => caps & cap ? [line] : [];
  const { time } = event;
  switch (event.kind) {
    case "joined": {
      const { user, room } = event;
      const extra = caps & CAP.EXTENDED_JOIN ? ` ${user.account ?? "*"} :${user.realname}` : "";
      const from = prefix(event, user, caps);
      const away = user.away === undefined
        ? []
        : ifRequested(CAP.AWAY_NOTIFY, `${from}AWAY :${user.away}`);
      return [`${from}JOIN ${room.name}${extra}`, ...away];
    }
    case "left":
      return [`${prefix(event, event.user, caps)}PART ${event.room.name}${reason(event.reason)}`];
    case "quit":
      return [`${prefix(event, event.user, caps)}QUIT :${event.reason}`];
    case "kicked": {
      const { room, user, by } = event;
      return [`${prefix(event, by, caps)}KICK ${room.name} ${user.nick} :${event.reason}`];
    }
    case "renamed":
      return [`${tags(time, caps)}:${event.former.mask} NICK ${event.user.nick}`];
    case "account-changed": {
      const line = `${prefix(event, event.user, caps)}ACCOUNT ${event.user.account ?? "*"}`;
      return ifRequested(CAP.ACCOUNT_NOTIFY, line);
    }
    case "realname-changed": {
      const line = `${prefix(event, event.user, caps)}SETNAME :${event.user.realname}`;
      return ifRequested(CAP.SETNAME, line);
    }
    case "away-changed": {
      const line = `${prefix(event, event.user, caps)}AWAY${reason(event.user.away ?? "")}`;
      return ifRequested(CAP.AWAY_NOTIFY, line);
    }
    case "topic-changed": {
      const { room, by, topic } = event;
      return [`${prefix(event, by, caps)}TOPIC ${room.name} :${topic?.text ?? ""}`];
    }
    case "modes-changed": {
      const { room, by, changes } = event;
      const head = `:${by.mask} MODE ${room.name} `;
      const space = MAX_BODY_BYTES - 2 - encodedLength(head);
      return modeLines(changes, space).map((line) =>
        `${tags(time, caps, by.account)}${head}${line}`
      );
    }
    case "invited":
      return [`${prefix(event, event.by, caps)}INVITE ${event.guest.nick} ${event.room.name}`];
    case "user-modes-changed": {
      const { user, changes } = event;
      return [`${prefix(event, user, caps)}MODE ${user.nick} ${formatModes(changes)}`];
    }
    case "came-online":
    case "session-opened":
    case "session-closed":
    case "room-opened":
    case "disowned":
      return [];
  }
}

/** A message of a user, for history and live delivery. */
export interface SpokenLine {
  readonly time: number;
  readonly id: string;
  readonly mask: string;
  readonly account: string | undefined;
  readonly command: "PRIVMSG" | "NOTICE" | "TAGMSG";
  readonly target: string;
  readonly text: string;
  /** See {@linkcode SaidEvent}; none in messages of the history. */
  readonly cuts?: readonly number[];
  readonly tags: Readonly<Record<string, string>> | undefined;
}

const COMMANDS = { message: "PRIVMSG", notice: "NOTICE", signal: "TAGMSG" } as const;

function formatSaid({ time, id, from, to, as, text, cuts, tags }: SaidEvent, caps: CapSet): string {
  return formatSpoken({
    time,
    id,
    mask: from.mask,
    account: from.account,
    command: COMMANDS[as],
    target: to.kind === "room" ? to.name : to.nick,
    text,
    cuts,
    tags,
  }, caps);
}

/**
 * Formats a message as one line, or as several if its text has several lines, or one that is too long with its sender and
 * target, and the receiver does not support multiline messages.
 *
 * @param extra Tags before the others, such as `batch`.
 */
export function formatSpoken(
  line: SpokenLine,
  caps: CapSet,
  extra: Readonly<Record<string, string>> = {},
): string {
  if (line.command === "TAGMSG" && !(caps & CAP.MESSAGE_TAGS)) return "";
  const withTags = caps & CAP.MESSAGE_TAGS;
  const all: Record<string, string | undefined> = { ...extra };
  if (caps & CAP.SERVER_TIME) all["time"] = new Date(line.time).toISOString();
  if (caps & CAP.ACCOUNT_TAG) all["account"] = line.account;
  if (withTags) {
    all["msgid"] = line.id;
    Object.assign(all, line.tags);
  }
  const head = `:${line.mask} ${line.command} ${line.target}`;
  if (line.command === "TAGMSG") return `${formatTags(all)}${head}\r\n`;
  const pieces = piecesOf(line, head);
  if (pieces.length === 1) return `${formatTags(all)}${head} :${line.text}\r\n`;
  if (caps & CAP.MULTILINE && caps & CAP.BATCH) return formatMultiline(line, { all, head, pieces });
  // Only the first piece has the id and the client's tags, because all pieces are one message.
  const { time, account, batch } = all;
  const rest = formatTags({ batch, time, account });
  return pieces.filter(({ text }) => text !== "")
    .map(({ text }, i) => `${i === 0 ? formatTags(all) : rest}${head} :${text}\r\n`).join("");
}

/** A part of a text that fits a line. */
interface Piece {
  readonly text: string;
  /** Whether it continues the previous piece on the same line of text. */
  readonly isContinued: boolean;
}

function piecesOf({ text, cuts = [] }: SpokenLine, head: string): Piece[] {
  const room = MAX_BODY_BYTES - 2 - encodedLength(head) - 2; // CR LF, and the space and colon
  if (cuts.length === 0 && fittingLength(text, room) === text.length && !text.includes("\n")) {
    return [{ text, isContinued: false }];
  }
  let at = 0;
  return text.split("\n").flatMap((line) => {
    const start = at;
    at += line.length + 1;
    return partsOf(line, cuts.map((cut) => cut - start))
      .flatMap((part) => splitText(part, room))
      .map((text, i) => ({ text, isContinued: i > 0 }));
  });
}

/** The text, split at these indexes; those outside of it belong to other lines. */
function partsOf(text: string, cuts: readonly number[]): string[] {
  const inside = cuts.filter((cut) => cut > 0 && cut < text.length);
  return [...inside, text.length].map((end, i) => text.slice(i === 0 ? 0 : inside[i - 1], end));
}

/** https://ircv3.net/specs/extensions/multiline */
function formatMultiline(
  { mask, target, id }: SpokenLine,
  { all, head, pieces }: {
    readonly all: Readonly<Record<string, string | undefined>>;
    readonly head: string;
    readonly pieces: readonly Piece[];
  },
): string {
  const ref = `ml${id}`;
  let lines = `${formatTags(all)}:${mask} BATCH +${ref} draft/multiline ${target}\r\n`;
  for (const { text, isContinued } of pieces) {
    const concat = isContinued ? ";draft/multiline-concat" : "";
    lines += `@batch=${ref}${concat} ${head} :${text}\r\n`;
  }
  return `${lines}:${mask} BATCH -${ref}\r\n`;
}

/** The changes in order, in as few lines of at most `maxBytes` as possible. */
function modeLines(changes: readonly ModeChange[], maxBytes: number): string[] {
  const lines: string[] = [];
  let current: ModeChange[] = [];
  for (const change of changes) {
    const longer = [...current, change];
    if (current.length === 0 || encodedLength(formatModes(longer)) <= maxBytes) current = longer;
    else {
      lines.push(formatModes(current));
      current = [change];
    }
  }
  return [...lines, formatModes(current)];
}

/** `+o-v bob amy`. */
export function formatModes(changes: readonly ModeChange[]): string {
  let letters = "", sign = "";
  for (const { add, letter } of changes) {
    const next = add ? "+" : "-";
    letters += (next === sign ? "" : next) + letter;
    sign = next;
  }
  return [letters, ...changes.flatMap(({ param }) => param ?? [])].join(" ");
}

function prefix(event: { readonly time: number }, user: UserFacts, caps: CapSet): string {
  return `${tags(event.time, caps, user.account)}:${user.mask} `;
}

function tags(time: number, caps: CapSet, account?: string): string {
  if (!(caps & (CAP.SERVER_TIME | CAP.ACCOUNT_TAG))) return "";
  return formatTags({
    time: caps & CAP.SERVER_TIME ? new Date(time).toISOString() : undefined,
    account: caps & CAP.ACCOUNT_TAG ? account : undefined,
  });
}

function reason(text: string): string {
  return text === "" ? "" : ` :${text}`;
}
