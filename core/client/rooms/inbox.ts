/**
 * Turns the server's lines into facts: events to report, and signals for the client itself.
 *
 * @module
 */
import { LruMap } from "../../ground/lru_map.ts";
import { foldName } from "../../ground/names.ts";
import type { ClientEvent, RoomMessage } from "../events/events.ts";
import type { Unit } from "../session/batches.ts";
import { type Incoming, PEER_TAG } from "../session/incoming.ts";
import { refusalIn } from "../session/refusal.ts";
import type { ServerSession } from "../session/session.ts";
import type { JoinedRooms } from "./rooms.ts";
import type { Spoken, SpokenReader } from "./spoken.ts";

/** Client tag of an acknowledgement; its value is the id of a private message. */
export const ACK_TAG = "+chat/ack";
/** Most live messages held back while a room's history is fetched. */
const MAX_HELD = 1_000;
/** Most rooms whose last message is remembered: twice as many as one can be in; those quiet longest are dropped. */
export const MAX_LAST_IDS = 1_000;

/** The part of a session that {@linkcode Inbox} uses. */
export type InboxSession = Pick<
  ServerSession,
  "account" | "isMe" | "nick" | "registered" | "server"
>;

/** A fact found by {@linkcode Inbox}. */
export type InboxFact =
  /** Something to report. */
  | { readonly kind: "event"; readonly event: ClientEvent }
  /** Somebody came or left: they may use another client from now on. */
  | { readonly kind: "client-changed"; readonly nick: string }
  /** A note of another client. */
  | { readonly kind: "peer-note"; readonly account: string; readonly note: string }
  /** An account's client has acknowledged a private message. */
  | { readonly kind: "acknowledged"; readonly account: string; readonly id: string }
  /** A private message went through the server, in either direction. */
  | { readonly kind: "private"; readonly spoken: Extract<Spoken, { kind: "private" }> };

/** Reads the units of all sessions. */
export class Inbox {
  readonly #rooms: JoinedRooms;
  readonly #reader: SpokenReader;
  readonly #held = new Map<string, RoomMessage[]>();
  readonly #lastIds = new LruMap<string, string>(MAX_LAST_IDS);
  readonly #retelling = new Set<string>();
  #account: string | undefined;

  /** Nothing read yet. */
  constructor(rooms: JoinedRooms, reader: SpokenReader) {
    this.#rooms = rooms;
    this.#reader = reader;
  }

  /** The id of the last message read in a room. */
  lastIdOf(room: string): string | undefined {
    return this.#lastIds.get(foldName(room));
  }

  /** Holds back messages of a room until {@linkcode Inbox.release}, so that its history comes first. */
  hold(room: string): void {
    this.#held.set(foldName(room), []);
  }

  /** Stops holding back. Returns the messages held back, oldest first. */
  release(room: string): readonly RoomMessage[] {
    const held = this.#held.get(foldName(room)) ?? [];
    this.#held.delete(foldName(room));
    return held;
  }

  /** Runs `work`, which fetches history of a room; its messages are reported even if they were before. */
  async retell(room: string, work: () => Promise<void>): Promise<void> {
    const key = foldName(room);
    this.#retelling.add(key);
    try {
      await work();
    } finally {
      this.#retelling.delete(key);
    }
  }

  /**
   * Reads one unit; `answers`: it also goes to a request or a conversation. Each fact has to be handled before the
   * next one is read.
   */
  *read(session: InboxSession, unit: Unit, answers: boolean): Generator<InboxFact> {
    if (unit.kind === "line") yield* this.#line(session, unit.line, answers);
    const isMe = (nick: string) => session.isMe(nick);
    const again = unit.kind === "batch" && this.#retelling.has(foldName(unit.params[0] ?? ""));
    for (const spoken of this.#reader.read(unit, isMe, { again })) {
      yield* this.#spoken(
        spoken.kind === "private" ? this.#spelled(spoken, { nick: session.nick, isMe }) : spoken,
        again,
      );
    }
  }

  *#line(session: InboxSession, line: Incoming, answers: boolean): Generator<InboxFact> {
    const { command, from, params } = line;
    const text = params.at(-1) ?? "";
    switch (command) {
      case "001":
        yield report(connected(session));
        if (session.account !== undefined) yield this.#signIn(session.account);
        return;
      case "900":
        if (session.registered && session.account !== undefined) {
          yield this.#signIn(session.account);
        }
        return;
      case "901":
        if (this.#account !== undefined) yield this.#signOut(this.#account);
        return;
      case "372": // the message of the day, each line after a dash
        return yield report({ event: "motd", text: text.replace(/^- ?/, "") });
      case "WARN":
        return yield report({ event: "server-warning", text });
      case "NOTE":
        if (!answers) yield report({ event: "server-note", text });
        return;
      case "INVITE":
        return yield report({ event: "invited", room: params[1], by: from });
      case "TAGMSG":
        return yield* this.#tags(session, line);
    }
    if (command === "JOIN" || command === "QUIT") yield { kind: "client-changed", nick: from };
    if (command === "NICK") yield { kind: "client-changed", nick: params[0] ?? "" };
    yield* this.#rooms.apply(line, (nick) => session.isMe(nick)).map(report);
    const refusal = answers ? undefined : refusalIn(line);
    if (refusal) yield report({ event: "refused", problem: refusal.problem });
  }

  *#tags(session: InboxSession, { tags, from, params }: Incoming): Generator<InboxFact> {
    const account = tags["account"];
    // Ignore echoes of our own notes, and notes to a room.
    if (!account || session.isMe(from) || !session.isMe(params[0] ?? "")) return;
    const note = tags[PEER_TAG];
    if (note) yield { kind: "peer-note", account, note };
    const id = tags[ACK_TAG];
    if (id) yield { kind: "acknowledged", account, id };
  }

  /** Spells names as their owners do, not as the sender typed them. */
  #spelled(
    spoken: Extract<Spoken, { kind: "private" }>,
    { nick, isMe }: { readonly nick: string; readonly isMe: (nick: string) => boolean },
  ): Spoken {
    const { message } = spoken;
    const to = isMe(message.to) ? nick : this.#rooms.spelled(message.to);
    return { ...spoken, message: { ...message, to } };
  }

  *#spoken(spoken: Spoken, again: boolean): Generator<InboxFact> {
    if (spoken.kind === "announcement") return yield report(spoken.announcement);
    if (spoken.kind === "private") {
      yield report(spoken.message);
      if (!spoken.message.replayed) yield { kind: "private", spoken };
      return;
    }
    const { message } = spoken;
    const key = foldName(message.room);
    if (!again && !message.id.startsWith("local-")) this.#lastIds.remember(key, message.id);
    const held = message.replayed ? undefined : this.#held.get(key);
    if (held && held.length < MAX_HELD) held.push(message);
    else yield report(message);
  }

  #signIn(account: string): InboxFact {
    this.#account = account;
    return report({ event: "signed-in", user: account });
  }

  #signOut(account: string): InboxFact {
    this.#account = undefined;
    return report({ event: "signed-out", user: account });
  }
}

function connected({ server: { server, fingerprint }, nick }: InboxSession): ClientEvent {
  return { event: "connected", server, fingerprint, nick };
}

function report(event: ClientEvent): InboxFact {
  return { kind: "event", event };
}
