/**
 * Membership and messages in rooms, across lost connections: rooms are joined again, missed messages are
 * fetched, and queued lines are sent, once.
 *
 * @module
 */
import { foldName } from "../../ground/names.ts";
import type { EventSink } from "../common/ports.ts";
import { ClientError, toClientProblem } from "../events/errors.ts";
import type { RoomMessage } from "../events/events.ts";
import type { LossReason } from "../events/problems.ts";
import { compose, type OutgoingText } from "../session/compose.ts";
import { fetchAfter, fetchLatest, FIRST_LOOK, hasHistory } from "../session/history.ts";
import type { ServerSession } from "../session/session.ts";
import { requireSession, type SessionSource } from "../session/session_source.ts";
import type { Inbox } from "./inbox.ts";
import type { JoinedRooms } from "./rooms.ts";
import { type HeardLine, SayQueue } from "./say_queue.ts";
import type { SpokenReader } from "./spoken.ts";

/** Options for {@linkcode RoomSpeech}. */
export interface RoomSpeechOptions {
  readonly events: EventSink;
  readonly sessions: SessionSource;
  readonly rooms: Pick<JoinedRooms, "get">;
  /** Holds back live messages while a room's history is fetched. */
  readonly inbox: Pick<Inbox, "hold" | "release" | "lastIdOf">;
  /** Makes ids for messages without one. */
  readonly ids: Pick<SpokenReader, "localId">;
}

/** A message being sent. */
interface Saying {
  readonly to: string;
  readonly action: boolean;
  /** The parts that are not confirmed yet. */
  left: readonly { readonly text: string }[];
}

/** The rooms we want to be in, and our messages to them. */
export class RoomSpeech {
  readonly #options: RoomSpeechOptions;
  readonly #queue = new SayQueue();
  /** Names by folded name. */
  readonly #wanted = new Map<string, string>();
  /** Our own lines found in a room's history, while it is fetched. */
  readonly #catchingUp = new Map<string, HeardLine[]>();
  /** Unconfirmed messages, oldest first. */
  readonly #sent = new Set<Saying>();
  readonly #caughtUp = new Map<string, Promise<void>>();
  #ended: ClientError | undefined;

  constructor(options: RoomSpeechOptions) {
    this.#options = options;
  }

  /** Joins a room. @throws {ClientError} The server's refusal. */
  async join(room: string): Promise<void> {
    const session = requireSession(this.#options.sessions);
    await session.request({ command: "JOIN", params: [room] });
    await this.#caughtUp.get(foldName(room));
  }

  /** We have joined a room: fetches its latest messages, or those missed. */
  entered(room: string): Promise<void> {
    const key = foldName(room);
    this.#wanted.set(key, room);
    const work = this.#catchUp(room).finally(() => this.#caughtUp.delete(key));
    this.#caughtUp.set(key, work);
    return work;
  }

  /** We have left a room permanently. */
  left(room: string): void {
    this.#wanted.delete(foldName(room));
    this.#queue.refuse(room, new ClientError({ kind: "left-room", room }));
  }

  /** A room message has been read. */
  heard({ room, own, replayed, text, action }: RoomMessage): void {
    if (!own) return;
    if (replayed) this.#catchingUp.get(foldName(room))?.push({ text, action });
    // With labels, the answers are a better confirmation than the echo.
    else if (this.#options.sessions.session?.capabilities.hasLabels === false) {
      this.#echoed(room, { text, action });
    }
  }

  /** Connected or reconnected: joins the rooms we were in. */
  async returned(session: ServerSession): Promise<void> {
    try {
      await session.roundTrip(); // the rooms joined by signing in have arrived
      await Promise.all([...this.#wanted.values()].map((room) => this.#rejoin(session, room)));
      for (const room of this.#queue.rooms) { // a room we are not in: the server decides
        if (!this.#wanted.has(foldName(room))) this.#queue.ready(room, undefined);
      }
    } catch (error) {
      if (!isDisconnected(error)) throw error; // otherwise the next connection retries
    }
  }

  /** The client is closed: everything queued fails. */
  end(reason: LossReason): void {
    this.#ended = new ClientError({ kind: "not-sent", reason });
    this.#queue.end(this.#ended);
  }

  /** Sends a message to a room; see `ChatClient.say`. */
  async say({ to, text, action }: OutgoingText): Promise<void> {
    const saying: Saying = { to, action, left: [{ text }] };
    for (let unconfirmed = false; saying.left.length > 0; unconfirmed = true) {
      const session = this.#readySession(to) ?? await this.#turn(saying, unconfirmed);
      if (session === undefined) continue;
      try {
        return await this.#send(session, saying);
      } catch (error) {
        if (!isDisconnected(error) || this.#ended) throw error;
      } finally {
        this.#sent.delete(saying);
      }
    }
  }

  /** Waits until the unconfirmed parts can be sent; `undefined` if all are confirmed. */
  async #turn(saying: Saying, unconfirmed: boolean): Promise<ServerSession | undefined> {
    const { to, action } = saying;
    while (saying.left.length > 0) {
      if (this.#ended) throw this.#ended;
      const texts = saying.left.map(({ text }) => text);
      const turn = this.#queue.wait({ room: to, texts, action, unconfirmed });
      if (!unconfirmed && this.#options.sessions.session === undefined) {
        this.#options.events.emit({ event: "say-queued", room: to, waiting: this.#queue.size });
      }
      saying.left = (await turn).map((text) => ({ text }));
      const session = this.#options.sessions.session;
      if (session !== undefined) return session;
    }
    return undefined;
  }

  /** The server has echoed an unconfirmed line. */
  #echoed(room: string, { text, action }: HeardLine): void {
    for (const saying of this.#sent) {
      if (foldName(saying.to) !== foldName(room) || saying.action !== action) continue;
      const part = saying.left.find((part) => part.text.trim() === text.trim());
      if (part) return arrived(saying, part);
    }
  }

  /** The session, if we are in the room, or if the server has to decide. */
  #readySession(room: string): ServerSession | undefined {
    const key = foldName(room);
    if (this.#wanted.has(key) && !this.#options.rooms.get(room)) return undefined;
    return this.#catchingUp.has(key) ? undefined : this.#options.sessions.session;
  }

  async #send(session: ServerSession, saying: Saying): Promise<void> {
    const { to, action } = saying;
    const phrases = saying.left.flatMap(({ text }) =>
      compose({ to, text, action }, session.capabilities)
    );
    saying.left = phrases;
    this.#sent.add(saying);
    await Promise.all(phrases.map(async (phrase) => {
      await session.request(...phrase.lines);
      arrived(saying, phrase);
    }));
    if (session.capabilities.has("echo-message")) return;
    this.#options.events.emit({
      event: "message",
      room: to,
      from: session.nick,
      text: phrases.map(({ text }) => text).join(" "),
      id: this.#options.ids.localId(),
      time: new Date().toISOString(),
      action,
      own: true,
      replayed: false,
    });
  }

  async #rejoin(session: ServerSession, room: string): Promise<void> {
    if (this.#options.rooms.get(room)) return;
    try {
      await session.request({ command: "JOIN", params: [room] });
    } catch (error) {
      if (isDisconnected(error) || !(error instanceof ClientError)) throw error;
      this.#wanted.delete(foldName(room));
      this.#queue.refuse(room, error);
      this.#options.events.emit({ event: "rejoin-failed", room, problem: error.problem });
    }
  }

  async #catchUp(room: string): Promise<void> {
    const { inbox, events } = this.#options;
    const session = this.#options.sessions.session;
    const key = foldName(room);
    if (session === undefined || !hasHistory(session)) return this.#queue.ready(room, undefined);
    const heard: HeardLine[] = [];
    this.#catchingUp.set(key, heard);
    inbox.hold(room);
    let lost = false;
    try {
      const last = inbox.lastIdOf(room);
      if (last === undefined) await fetchLatest(session, room, FIRST_LOOK);
      else await fetchAfter(session, room, last);
    } catch (error) {
      lost = isDisconnected(error);
      if (!lost) events.emit({ event: "history-failed", room, problem: toClientProblem(error) });
    } finally {
      this.#catchingUp.delete(key);
      for (const message of inbox.release(room)) {
        this.heard(message);
        events.emit(message);
      }
    }
    if (!lost) this.#queue.ready(room, heard);
  }
}

function arrived(saying: Saying, part: Saying["left"][number]): void {
  saying.left = saying.left.filter((other) => other !== part);
}

function isDisconnected(error: unknown): boolean {
  return error instanceof ClientError && error.fault === "disconnected";
}
