/**
 * Functions for rooms.
 *
 * @module
 */
import type { EventSink } from "../common/ports.ts";
import { fetchBefore, fetchLatest } from "../session/history.ts";
import { listMembers, listRooms, type RoomListing, topicOf } from "../session/queries.ts";
import { requireSession, type SessionSource } from "../session/session_source.ts";
import type { Inbox } from "./inbox.ts";
import type { RoomSpeech } from "./room_speech.ts";
import type { JoinedRoom, JoinedRooms } from "./rooms.ts";

/** Parts used by {@linkcode ClientRooms}. */
export interface ClientRoomsParts {
  /** Receives events. */
  readonly events: EventSink;
  /** The connection. */
  readonly sessions: SessionSource;
  /** The rooms we are in. */
  readonly joined: JoinedRooms;
  /** Joining and speaking. */
  readonly speech: Pick<RoomSpeech, "join" | "say">;
  /** Handles replayed messages. */
  readonly inbox: Pick<Inbox, "retell">;
}

/** The rooms of the server, and those we are in. */
export class ClientRooms {
  readonly #parts: ClientRoomsParts;
  #listed: readonly string[] = [];

  /** In no room. */
  constructor(parts: ClientRoomsParts) {
    this.#parts = parts;
  }

  /** The rooms we are in, in the order of joining. */
  get joined(): readonly JoinedRoom[] {
    return this.#parts.joined.all();
  }

  /** The names of the rooms we are in, and of those in the last list of the server. */
  get known(): readonly string[] {
    return [...this.joined.map(({ name }) => name), ...this.#listed];
  }

  /** A room we are in. */
  get(name: string): JoinedRoom | undefined {
    return this.#parts.joined.get(name);
  }

  /** Joins a room. @throws {ClientError} `no-such-room`, `not-signed-in`, ... */
  async join(room: string): Promise<void> {
    await this.#parts.speech.join(room);
  }

  /** Leaves a room. @throws {ClientError} `not-in-room`, ... */
  async part(room: string): Promise<void> {
    await requireSession(this.#parts.sessions).request({ command: "PART", params: [room] });
  }

  /** All rooms that the server lists. @throws {ClientError} */
  async list(): Promise<readonly RoomListing[]> {
    const rooms = await listRooms(requireSession(this.#parts.sessions));
    this.#listed = rooms.map(({ name }) => name);
    return rooms;
  }

  /** Asks the server for the members of a room. @throws {ClientError} */
  async members(room: string): Promise<readonly string[]> {
    return await listMembers(requireSession(this.#parts.sessions), room);
  }

  /** The topic of a room; with `topic`, sets it first. @throws {ClientError} */
  async topic(room: string, topic?: string): Promise<string> {
    const session = requireSession(this.#parts.sessions);
    if (topic === undefined) return await topicOf(session, room);
    await session.request({ command: "TOPIC", params: [room, topic] });
    return topic;
  }

  /**
   * Sends a message to a room; resolves when the server has accepted it. Without a connection it is queued.
   *
   * @throws {ClientError} `queue-full`, `may-not-speak`, `too-long`, ...
   */
  say(room: string, text: string): Promise<void> {
    return this.#parts.speech.say({ to: room, text, action: false });
  }

  /** As {@linkcode ClientRooms.say}, for an action (`/me`). */
  act(room: string, text: string): Promise<void> {
    return this.#parts.speech.say({ to: room, text, action: true });
  }

  /** Reports the last messages of a room again, `replayed`. @throws {ClientError} */
  history(room: string, count: number): Promise<void> {
    const { inbox, sessions } = this.#parts;
    return inbox.retell(room, () => fetchLatest(requireSession(sessions), room, count));
  }

  /**
   * Pages backwards: reports up to `count` messages before the message `id`, `replayed`; `history-start` when there
   * are none.
   *
   * @throws {ClientError} `unsupported`, ...
   */
  async earlier(room: string, id: string, count: number): Promise<void> {
    const { events, inbox, sessions } = this.#parts;
    const page = { id, limit: count };
    let found = false;
    await inbox.retell(room, async () => {
      found = await fetchBefore(requireSession(sessions), room, page);
    });
    if (!found) events.emit({ event: "history-start", room });
  }
}
