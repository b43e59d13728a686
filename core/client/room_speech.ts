/**
 * Being in rooms and speaking there, through losses of the connection: rooms are joined again, what was missed is
 * fetched, and what was said meanwhile is said then, once.
 *
 * @module
 */
import { foldName } from "../ground/names.ts";
import { compose, type OutgoingText } from "./compose.ts";
import { ClientError, toClientProblem } from "./errors.ts";
import type { RoomMessage } from "./events.ts";
import { fetchAfter, fetchLatest, FIRST_LOOK, hasHistory } from "./history.ts";
import type { Inbox } from "./inbox.ts";
import type { SpokenReader } from "./spoken.ts";
import type { LossReason } from "./problems.ts";
import type { JoinedRooms } from "./rooms.ts";
import { type HeardLine, SayQueue } from "./say_queue.ts";
import { type EventSink, requireSession, type SessionSource } from "./ports.ts";
import type { ServerSession } from "./session.ts";

/** What {@linkcode RoomSpeech} works with. */
export interface RoomSpeechOptions {
  readonly events: EventSink;
  readonly sessions: SessionSource;
  readonly rooms: Pick<JoinedRooms, "get">;
  /** Keeps back what is said while a room's history is fetched. */
  readonly inbox: Pick<Inbox, "hold" | "release" | "lastIdOf">;
  /** Ids for messages that the server gives none. */
  readonly ids: Pick<SpokenReader, "localId">;
}

/** Something that is being said. */
interface Saying {
  readonly to: string;
  readonly action: boolean;
  /** The parts of which nobody knows yet that they have arrived. */
  left: readonly { readonly text: string }[];
}

/** The rooms we want to be in, and what we say there. */
export class RoomSpeech {
  readonly #options: RoomSpeechOptions;
  readonly #queue = new SayQueue();
  /** Names by their folded form. */
  readonly #wanted = new Map<string, string>();
  /** Our own lines that a room's history has shown, while it is fetched. */
  readonly #catchingUp = new Map<string, HeardLine[]>();
  /** What has been sent and not been answered for, oldest first. */
  readonly #sent = new Set<Saying>();
  readonly #caughtUp = new Map<string, Promise<void>>();
  #ended: ClientError | undefined;

  constructor(options: RoomSpeechOptions) {
    this.#options = options;
  }

  /** Goes into a room. @throws {ClientError} What the server says. */
  async join(room: string): Promise<void> {
    const session = requireSession(this.#options.sessions);
    await session.request({ command: "JOIN", params: [room] });
    await this.#caughtUp.get(foldName(room));
  }

  /** We have come into a room: shows what was said there before, or since we were there last. */
  entered(room: string): Promise<void> {
    const key = foldName(room);
    this.#wanted.set(key, room);
    const work = this.#catchUp(room).finally(() => this.#caughtUp.delete(key));
    this.#caughtUp.set(key, work);
    return work;
  }

  /** We have left a room for good. */
  left(room: string): void {
    this.#wanted.delete(foldName(room));
    this.#queue.refuse(room, new ClientError({ kind: "left-room", room }));
  }

  /** A room message has been read. */
  heard({ room, own, replayed, text, action }: RoomMessage): void {
    if (!own) return;
    if (replayed) this.#catchingUp.get(foldName(room))?.push({ text, action });
    // Where answers have labels, they tell more exactly what has arrived.
    else if (this.#options.sessions.session?.capabilities.hasLabels === false) {
      this.#echoed(room, { text, action });
    }
  }

  /** There is a connection again, or for the first time: joins the rooms we were in. */
  async returned(session: ServerSession): Promise<void> {
    try {
      await session.roundTrip(); // the rooms we are brought into by signing in have arrived
      await Promise.all([...this.#wanted.values()].map((room) => this.#rejoin(session, room)));
      for (const room of this.#queue.rooms) { // of a room we are not in, only the server knows
        if (!this.#wanted.has(foldName(room))) this.#queue.ready(room, undefined);
      }
    } catch (error) {
      if (!isDisconnected(error)) throw error; // otherwise the next connection tries again
    }
  }

  /** There will be no connection any more. */
  end(reason: LossReason): void {
    this.#ended = new ClientError({ kind: "not-sent", reason });
    this.#queue.end(this.#ended);
  }

  /** Says something in a room; see `ChatClient.say`. */
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

  /** Waits until it can be said, as far as it has not been heard; `undefined` when all of it has. */
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

  /** A line of ours has come back while we wait to hear whether it has arrived. */
  #echoed(room: string, { text, action }: HeardLine): void {
    for (const saying of this.#sent) {
      if (foldName(saying.to) !== foldName(room) || saying.action !== action) continue;
      const part = saying.left.find((part) => part.text.trim() === text.trim());
      if (part) return arrived(saying, part);
    }
  }

  /** The session, when the room is there, or when the server had better be asked about it. */
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
