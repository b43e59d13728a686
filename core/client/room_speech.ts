/**
 * Being in rooms and speaking there, through losses of the connection: rooms are joined again, what was missed is
 * fetched, and what was said meanwhile is said then, once.
 *
 * @module
 */
import { foldName } from "../irc/names.ts";
import { compose, type Utterance } from "./compose.ts";
import { ClientError } from "./errors.ts";
import type { ClientEvent, RoomMessage } from "./events.ts";
import { fetchAfter, fetchLatest, FIRST_LOOK, hasHistory } from "./history.ts";
import type { Inbox } from "./inbox.ts";
import type { RoomBook } from "./rooms.ts";
import { SayQueue } from "./say_queue.ts";
import type { Session } from "./session.ts";

/** What {@linkcode RoomSpeech} works with. */
export interface RoomSpeechOptions {
  readonly inbox: Inbox;
  readonly rooms: RoomBook;
  emit(event: ClientEvent): void;
  /** An id for a message that the server gives none. */
  localId(): string;
  /** The registered session. */
  session(): Session | undefined;
}

/** The rooms we want to be in, and what we say there. */
export class RoomSpeech {
  readonly #options: RoomSpeechOptions;
  readonly #queue = new SayQueue();
  /** Names by their folded form. */
  readonly #wanted = new Map<string, string>();
  /** Our own lines that a room's history has shown, while it is fetched. */
  readonly #catchingUp = new Map<string, string[]>();
  readonly #caughtUp = new Map<string, Promise<void>>();
  #ended: ClientError | undefined;

  constructor(options: RoomSpeechOptions) {
    this.#options = options;
  }

  /** Goes into a room. @throws {ClientError} What the server says. */
  async join(room: string): Promise<void> {
    const session = this.#options.session();
    if (session === undefined) throw new ClientError("disconnected", "Not connected to the server");
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
    this.#queue.refuse(room, new ClientError("not-in-room", `Not in ${room} any more`));
  }

  /** A room message has been read. */
  heard({ room, own, replayed, text }: RoomMessage): void {
    if (own && replayed) this.#catchingUp.get(foldName(room))?.push(text);
  }

  /** There is a connection again, or for the first time: joins the rooms we were in. */
  async returned(session: Session): Promise<void> {
    try {
      await session.roundTrip(); // the rooms we are brought into by signing in have arrived
      await Promise.all([...this.#wanted.values()].map((room) => this.#rejoin(session, room)));
    } catch (error) {
      if (!isDisconnected(error)) throw error; // otherwise the next connection tries again
    }
  }

  /** There will be no connection any more. */
  end(reason: string): void {
    this.#ended = new ClientError("disconnected", `Not sent: ${reason}`);
    this.#queue.end(this.#ended);
  }

  /** Says something in a room; see `ChatClient.say`. */
  async say(utterance: Utterance): Promise<void> {
    for (let unconfirmed = false;; unconfirmed = true) {
      const session = this.#readySession(utterance.to) ?? await this.#turn(utterance, unconfirmed);
      if (session === "heard") return;
      try {
        return await this.#send(session, utterance);
      } catch (error) {
        if (!isDisconnected(error) || this.#ended) throw error;
      }
    }
  }

  async #turn({ to, text }: Utterance, unconfirmed: boolean): Promise<Session | "heard"> {
    for (;;) {
      if (this.#ended) throw this.#ended;
      const turn = this.#queue.wait({ room: to, text, unconfirmed });
      if (!unconfirmed && this.#options.session() === undefined) {
        const text = `Not connected: kept to be said later (${this.#queue.size} waiting)`;
        this.#options.emit({ event: "notice", text });
      }
      if (await turn === "heard") return "heard";
      const session = this.#options.session();
      if (session !== undefined) return session;
    }
  }

  /** The session, when the room is there, or when the server had better be asked about it. */
  #readySession(room: string): Session | undefined {
    const key = foldName(room);
    if (this.#wanted.has(key) && !this.#options.rooms.get(room)) return undefined;
    return this.#catchingUp.has(key) ? undefined : this.#options.session();
  }

  async #send(session: Session, utterance: Utterance): Promise<void> {
    const requests = compose(utterance, session.capabilities);
    await Promise.all(requests.map((lines) => session.request(...lines)));
    if (session.capabilities.has("echo-message")) return;
    this.#options.emit({
      event: "message",
      room: utterance.to,
      from: session.nick,
      text: utterance.text,
      id: this.#options.localId(),
      time: new Date().toISOString(),
      action: utterance.action,
      own: true,
      replayed: false,
    });
  }

  async #rejoin(session: Session, room: string): Promise<void> {
    if (this.#options.rooms.get(room)) return;
    try {
      await session.request({ command: "JOIN", params: [room] });
    } catch (error) {
      if (isDisconnected(error) || !(error instanceof ClientError)) throw error;
      this.#wanted.delete(foldName(room));
      this.#queue.refuse(room, error);
      const text = `Not back in ${room}: ${error.message}`;
      this.#options.emit({ event: "error", code: error.code, text });
    }
  }

  async #catchUp(room: string): Promise<void> {
    const { inbox, emit } = this.#options;
    const session = this.#options.session();
    const key = foldName(room);
    if (session === undefined || !hasHistory(session)) return this.#queue.ready(room, undefined);
    const heard: string[] = [];
    this.#catchingUp.set(key, heard);
    inbox.hold(room);
    let lost = false;
    try {
      const last = inbox.lastIdOf(room);
      if (last === undefined) await fetchLatest(session, room, FIRST_LOOK);
      else await fetchAfter(session, room, last);
    } catch (error) {
      lost = isDisconnected(error);
      const { code, message } = asClientError(error);
      if (!lost) emit({ event: "error", code, text: `No history of ${room}: ${message}` });
    } finally {
      this.#catchingUp.delete(key);
      inbox.release(room);
    }
    if (!lost) this.#queue.ready(room, heard);
  }
}

function isDisconnected(error: unknown): boolean {
  return error instanceof ClientError && error.fault === "disconnected";
}

function asClientError(error: unknown): ClientError {
  return error instanceof ClientError ? error : new ClientError("refused", String(error));
}
