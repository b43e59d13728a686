/**
 * Turns what comes from the server into events, and hands on what is meant for the client itself.
 *
 * @module
 */
import { foldName } from "../irc/names.ts";
import type { Unit } from "./batches.ts";
import { refusalIn } from "./errors.ts";
import type { ClientEvent, RoomMessage } from "./events.ts";
import type { Incoming } from "./incoming.ts";
import type { JoinedRooms } from "./rooms.ts";
import type { ServerSession } from "./session.ts";
import type { Spoken, SpokenReader } from "./spoken.ts";

/** Client tag of a note between two clients; its value is JSON (docs/peer-protocol.md). */
export const PEER_TAG = "+chat/peer";
/** Client tag of an acknowledgement; its value is the id of a private message. */
export const ACK_TAG = "+chat/ack";
/** Live messages that are held back while a room's history is fetched. */
const MAX_HELD = 1_000;
/** Rooms whose last message is known: twice as many as one can be in. */
export const MAX_LAST_IDS = 1_000;

/** What an {@linkcode Inbox} asks of a session. */
export type InboxSession = Pick<
  ServerSession,
  "account" | "isMe" | "nick" | "registered" | "server"
>;

/** What an {@linkcode Inbox} tells. */
export interface InboxEvents {
  emit(event: ClientEvent): void;
  /** The account is ours, or is not any more. */
  signedIn(account: string): void;
  signedOut(account: string): void;
  /** We have come into a room. */
  entered(room: string): void;
  /** We have left a room, or were made to. */
  leftRoom(room: string): void;
  /** Somebody's client may be another one from now on. */
  cameOrWent(nick: string): void;
  /** A note of another client. */
  peerNote(account: string, note: string): void;
  /** An account's client has acknowledged a private message. */
  acknowledged(account: string, id: string): void;
  /** A private message went through the server, in either direction. */
  privateThroughServer(spoken: Extract<Spoken, { kind: "private" }>): void;
}

/** Reads what comes on one session after the other. */
export class Inbox {
  readonly #rooms: JoinedRooms;
  readonly #reader: SpokenReader;
  readonly #events: InboxEvents;
  readonly #held = new Map<string, RoomMessage[]>();
  readonly #lastIds = new Map<string, string>();
  readonly #retelling = new Set<string>();
  #account: string | undefined;

  constructor(rooms: JoinedRooms, reader: SpokenReader, events: InboxEvents) {
    this.#rooms = rooms;
    this.#reader = reader;
    this.#events = events;
  }

  /** The last message of a room that has been read: where an absence begins. */
  lastIdOf(room: string): string | undefined {
    return this.#lastIds.get(foldName(room));
  }

  /** Keeps back what is said in a room until {@linkcode Inbox.release}, so that its history can come first. */
  hold(room: string): void {
    this.#held.set(foldName(room), []);
  }

  /** Tells what was kept back, and no longer keeps back anything. */
  release(room: string): void {
    const held = this.#held.get(foldName(room)) ?? [];
    this.#held.delete(foldName(room));
    for (const message of held) this.#events.emit(message);
  }

  /** Runs `work`, which fetches a room's history to be told even where it was told before. */
  async retell(room: string, work: () => Promise<void>): Promise<void> {
    const key = foldName(room);
    this.#retelling.add(key);
    try {
      await work();
    } finally {
      this.#retelling.delete(key);
    }
  }

  /** Takes one unit; `answers` when whoever waits for it hears of it anyway. */
  take(session: InboxSession, unit: Unit, answers: boolean): void {
    if (unit.kind === "line") this.#line(session, unit.line, answers);
    const isMe = (nick: string) => session.isMe(nick);
    const again = unit.kind === "batch" && this.#retelling.has(foldName(unit.params[0] ?? ""));
    for (const spoken of this.#reader.read(unit, isMe, { again })) {
      this.#spoken(
        spoken.kind === "private" ? this.#spelled(spoken, { nick: session.nick, isMe }) : spoken,
        again,
      );
    }
  }

  #line(session: InboxSession, line: Incoming, answers: boolean): void {
    const { command, from, params } = line;
    switch (command) {
      case "001":
        this.#events.emit({ event: "connected", ...session.server });
        if (session.account !== undefined) this.#signIn(session.account);
        return;
      case "900":
        if (session.registered && session.account !== undefined) this.#signIn(session.account);
        return;
      case "901":
        if (this.#account !== undefined) this.#signOut(this.#account);
        return;
      case "372": // the message of the day, each line behind a dash
        return this.#events.emit({
          event: "motd",
          text: (params.at(-1) ?? "").replace(/^- ?/, ""),
        });
      case "WARN":
        return this.#events.emit({ event: "server-warning", text: params.at(-1) ?? "" });
      case "NOTE":
        if (!answers) this.#events.emit({ event: "server-note", text: params.at(-1) ?? "" });
        return;
      case "INVITE":
        return this.#events.emit({ event: "invited", room: params[1], by: from });
      case "TAGMSG":
        return this.#tags(session, line);
    }
    if (command === "JOIN" || command === "QUIT") this.#events.cameOrWent(from);
    if (command === "NICK") this.#events.cameOrWent(params[0] ?? "");
    for (const event of this.#rooms.apply(line, (nick) => session.isMe(nick))) {
      this.#events.emit(event);
      if (event.event === "joined" && event.own) this.#events.entered(event.room);
      if (event.event === "left" && event.own) this.#events.leftRoom(event.room);
    }
    const refusal = answers ? undefined : refusalIn(line);
    if (refusal) this.#events.emit({ event: "refused", problem: refusal.problem });
  }

  #tags(session: InboxSession, { tags, from, params }: Incoming): void {
    const account = tags["account"];
    // What we sent comes back to us; what is said in a room is not for one client alone.
    if (!account || session.isMe(from) || !session.isMe(params[0] ?? "")) return;
    const note = tags[PEER_TAG];
    if (note) this.#events.peerNote(account, note);
    const id = tags[ACK_TAG];
    if (id) this.#events.acknowledged(account, id);
  }

  /** Names are written as their owners do, whatever the author of a message typed. */
  #spelled(
    spoken: Extract<Spoken, { kind: "private" }>,
    { nick, isMe }: { readonly nick: string; readonly isMe: (nick: string) => boolean },
  ): Spoken {
    const { message } = spoken;
    const to = isMe(message.to) ? nick : this.#rooms.spelled(message.to);
    return { ...spoken, message: { ...message, to } };
  }

  #spoken(spoken: Spoken, again: boolean): void {
    if (spoken.kind === "announcement") return this.#events.emit(spoken.announcement);
    if (spoken.kind === "private") {
      this.#events.emit(spoken.message);
      if (!spoken.message.replayed) this.#events.privateThroughServer(spoken);
      return;
    }
    const { message } = spoken;
    const key = foldName(message.room);
    if (!again && !message.id.startsWith("local-")) this.#noteLast(key, message.id);
    const held = message.replayed ? undefined : this.#held.get(key);
    if (held && held.length < MAX_HELD) held.push(message);
    else this.#events.emit(message);
  }

  /** Notes the last message of a room; the room that has been quiet for longest gives way. */
  #noteLast(key: string, id: string): void {
    this.#lastIds.delete(key);
    this.#lastIds.set(key, id);
    if (this.#lastIds.size <= MAX_LAST_IDS) return;
    const [quietest = ""] = this.#lastIds.keys();
    this.#lastIds.delete(quietest);
  }

  #signIn(account: string): void {
    this.#account = account;
    this.#events.emit({ event: "signed-in", user: account });
    this.#events.signedIn(account);
  }

  #signOut(account: string): void {
    this.#account = undefined;
    this.#events.emit({ event: "signed-out", user: account });
    this.#events.signedOut(account);
  }
}
