/**
 * Reads messages from the server's lines: room messages, private ones and notices, live or from history.
 *
 * @module
 */
import { LruMap } from "../../ground/lru_map.ts";
import type { AnnouncementEvent, PrivateMessage, RoomMessage } from "../events/events.ts";
import type { Unit } from "../session/batches.ts";
import type { Incoming } from "../session/incoming.ts";

/** Number of ids of messages remembered, the latest ones. */
const MAX_SEEN_IDS = 10_000;

/** A message, and facts that only the client itself needs. */
export type Spoken =
  | { readonly kind: "message"; readonly message: RoomMessage }
  | {
    readonly kind: "private";
    readonly message: PrivateMessage;
    /** The author's account, according to the server; `undefined` for guests. */
    readonly account: string | undefined;
    /** The server's id of the message; `undefined` if it has none. */
    readonly serverId: string | undefined;
  }
  | {
    readonly kind: "announcement";
    readonly announcement: Extract<AnnouncementEvent, { event: "announcement" }>;
  };

/** Reads units, and remembers them so that nothing is returned twice. */
export class SpokenReader {
  readonly #seen = new LruMap<string, true>(MAX_SEEN_IDS);
  readonly #wallClock: () => Date;
  #localIds = 0;

  /** `wallClock` returns the time for messages without one. */
  constructor(wallClock: () => Date = () => new Date()) {
    this.#wallClock = wallClock;
  }

  /** Makes an id for a message without one. */
  localId(): string {
    return `local-${++this.#localIds}`;
  }

  /** The messages of a unit, oldest first; none if it has none, or if they were read before and not `again`. */
  read(
    unit: Unit,
    isMe: (nick: string) => boolean,
    { again = false, replayed = false } = {},
  ): Spoken[] {
    const mode = {
      again,
      replayed: replayed || (unit.kind === "batch" && unit.type === "chathistory"),
    };
    if (unit.kind === "line") return this.#line(unit.line, isMe, mode);
    if (unit.type === "draft/multiline") return this.#line(joinLines(unit), isMe, mode);
    return unit.units.flatMap((each) => this.read(each, isMe, mode));
  }

  #line(
    line: Incoming,
    isMe: (nick: string) => boolean,
    { again, replayed }: { again: boolean; replayed: boolean },
  ): Spoken[] {
    const { command, from, ctcp, params, tags } = line;
    if (command !== "PRIVMSG" && command !== "NOTICE") return [];
    if (ctcp !== undefined && ctcp !== "ACTION") return [];
    const [to = "", text = ""] = params;
    const serverId = tags["msgid"] || undefined;
    if (serverId !== undefined && !this.#isNew(serverId) && !again) return [];
    const room = /^[#&]/.test(to) ? to : undefined;
    if (command === "NOTICE") {
      const isPerson = line.source?.includes("!") === true;
      const sender = isPerson ? from : undefined;
      return [{
        kind: "announcement",
        announcement: { event: "announcement", from: sender, room, text },
      }];
    }
    const said = {
      from,
      text,
      id: serverId ?? this.localId(),
      time: timeOf(tags["time"], this.#wallClock),
      action: ctcp === "ACTION",
      own: isMe(from),
      replayed,
    };
    if (room !== undefined) {
      return [{ kind: "message", message: { event: "message", room, ...said } }];
    }
    const account = tags["account"] || undefined;
    return [{
      kind: "private",
      message: { event: "private", to, ...said, direct: false },
      account,
      serverId,
    }];
  }

  /** Remembers an id. Returns false if it was read before. */
  #isNew(id: string): boolean {
    if (this.#seen.has(id)) return false;
    this.#seen.remember(id, true);
    return true;
  }
}

/** Joins the lines of a `draft/multiline` batch (https://ircv3.net/specs/extensions/multiline). */
function joinLines({ opening, params, units }: Extract<Unit, { kind: "batch" }>): Incoming {
  let text = "";
  let ctcp: string | undefined;
  let command = "PRIVMSG";
  for (const [index, unit] of units.entries()) {
    if (unit.kind !== "line") continue;
    const { line } = unit;
    command = line.command;
    ctcp ??= line.ctcp;
    const glue = index === 0 || "draft/multiline-concat" in line.tags ? "" : "\n";
    text += glue + (line.params.at(-1) ?? "");
  }
  return { ...opening, command, ctcp, params: [params[0] ?? "", text] };
}

/** The `time` tag (https://ircv3.net/specs/extensions/server-time) when it is a time, else now. */
function timeOf(tag: string | undefined, wallClock: () => Date): string {
  const ms = tag === undefined ? NaN : Date.parse(tag);
  return (Number.isNaN(ms) ? wallClock() : new Date(ms)).toISOString();
}
