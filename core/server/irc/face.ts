/**
 * A face: what events look like to all IRC sessions that negotiated the same capabilities. Each event is
 * encoded once per face, however many sessions hear of it.
 *
 * @module
 */
import { CAP, type CapSet } from "../../irc/caps.ts";
import { formatTags } from "../../irc/message.ts";
import { type HubEvent, isRoom, type ModeChange, type Said, type User } from "../../hub/types.ts";

/** Capabilities that change how an event is written. */
const VISIBLE = CAP.MESSAGE_TAGS | CAP.SERVER_TIME | CAP.ACCOUNT_TAG | CAP.BATCH | CAP.MULTILINE |
  CAP.EXTENDED_JOIN | CAP.AWAY_NOTIFY | CAP.ACCOUNT_NOTIFY | CAP.SETNAME;

const encoder = new TextEncoder();

/** One way to see events. Faces are shared: get them from {@linkcode Faces.of}. */
export class Face {
  #caps: CapSet;
  #lastEvent: HubEvent | undefined;
  #lastBytes: Uint8Array | undefined;

  constructor(caps: CapSet) {
    this.#caps = caps;
  }

  /** The lines for an event, each with its CR LF; `undefined` when these sessions don't hear of it. */
  encode(event: HubEvent): Uint8Array | undefined {
    if (event !== this.#lastEvent) {
      const text = formatEvent(event, this.#caps);
      this.#lastBytes = text === "" ? undefined : encoder.encode(text);
      this.#lastEvent = event;
    }
    return this.#lastBytes;
  }
}

/** All faces of one server. */
export class Faces {
  #faces = new Map<CapSet, Face>();

  /** The face of sessions with these capabilities. */
  of(caps: CapSet): Face {
    const visible = caps & VISIBLE;
    let face = this.#faces.get(visible);
    if (!face) this.#faces.set(visible, face = new Face(visible));
    return face;
  }
}

/**
 * Writes an event as IRC lines for somebody with these capabilities.
 *
 * @returns `""` when such a session is not told.
 */
export function formatEvent(event: HubEvent, caps: CapSet): string {
  switch (event.kind) {
    case "said":
      return formatSaid(event, caps);
    case "joined": {
      const { user, room } = event;
      const extra = caps & CAP.EXTENDED_JOIN
        ? ` ${user.account ?? "*"} :${user.realname}\r\n`
        : "\r\n";
      let lines = `${prefix(event, user, caps)}JOIN ${room.name}${extra}`;
      if (user.away !== undefined && caps & CAP.AWAY_NOTIFY) {
        lines += `${prefix(event, user, caps)}AWAY :${user.away}\r\n`;
      }
      return lines;
    }
    case "left":
      return `${prefix(event, event.user, caps)}PART ${event.room.name}${reason(event.reason)}\r\n`;
    case "quit":
      return `${prefix(event, event.user, caps)}QUIT :${event.reason}\r\n`;
    case "kicked":
      return `${
        tags(event.time, caps)
      }:${event.by} KICK ${event.room.name} ${event.user.nick} :${event.reason}\r\n`;
    case "renamed":
      return `${tags(event.time, caps)}:${event.formerMask} NICK ${event.user.nick}\r\n`;
    case "account-changed":
      if (!(caps & CAP.ACCOUNT_NOTIFY)) return "";
      return `${prefix(event, event.user, caps)}ACCOUNT ${event.user.account ?? "*"}\r\n`;
    case "realname-changed":
      if (!(caps & CAP.SETNAME)) return "";
      return `${prefix(event, event.user, caps)}SETNAME :${event.user.realname}\r\n`;
    case "away-changed":
      if (!(caps & CAP.AWAY_NOTIFY)) return "";
      return `${prefix(event, event.user, caps)}AWAY${reason(event.user.away ?? "")}\r\n`;
    case "topic-changed":
      return `${tags(event.time, caps)}:${event.by} TOPIC ${event.room.name} :${
        event.room.topic?.text ?? ""
      }\r\n`;
    case "modes-changed":
      return `${tags(event.time, caps)}:${event.by} MODE ${event.room.name} ${
        formatModes(event.changes)
      }\r\n`;
    case "invited":
      return `${prefix(event, event.by, caps)}INVITE ${event.guest.nick} ${event.room.name}\r\n`;
    case "came-online":
      return "";
  }
}

/** What was said, as its author's line: what history and live delivery have in common. */
export interface SpokenLine {
  readonly time: number;
  readonly id: string;
  readonly mask: string;
  readonly account: string | undefined;
  readonly command: "PRIVMSG" | "NOTICE" | "TAGMSG";
  readonly target: string;
  readonly text: string;
  readonly tags: Readonly<Record<string, string>> | undefined;
}

const COMMANDS = { message: "PRIVMSG", notice: "NOTICE", signal: "TAGMSG" } as const;

function formatSaid({ time, id, from, to, as, text, tags }: Said, caps: CapSet): string {
  return formatSpoken({
    time,
    id,
    mask: from.mask,
    account: from.account,
    command: COMMANDS[as],
    target: isRoom(to) ? to.name : to.nick,
    text,
    tags,
  }, caps);
}

/**
 * Writes a spoken line, or several where the text has several and the receiver can't take them as one.
 *
 * @param extra Tags that go before the others, such as `batch`.
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
  if (!line.text.includes("\n")) return `${formatTags(all)}${head} :${line.text}\r\n`;
  if (caps & CAP.MULTILINE && caps & CAP.BATCH) return formatMultiline(line, all, head);
  const pieces = line.text.split("\n").filter((piece) => piece !== "");
  // Only the first piece carries the id: each message is one message, however it is cut.
  return pieces.map((piece, i) => {
    const rest = i === 0 ? all : { ...all, msgid: undefined };
    return `${formatTags(rest)}${head} :${piece}\r\n`;
  }).join("");
}

/** https://ircv3.net/specs/extensions/multiline */
function formatMultiline(
  { mask, target, text, id }: SpokenLine,
  tags: Record<string, string | undefined>,
  head: string,
): string {
  const ref = `ml${id}`;
  let lines = `${formatTags(tags)}:${mask} BATCH +${ref} draft/multiline ${target}\r\n`;
  for (const piece of text.split("\n")) lines += `@batch=${ref} ${head} :${piece}\r\n`;
  return `${lines}:${mask} BATCH -${ref}\r\n`;
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

function prefix(event: { readonly time: number }, user: User, caps: CapSet): string {
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
