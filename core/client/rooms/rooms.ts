/**
 * The rooms we are in and their members, tracked from the server's lines. Pure.
 *
 * @module
 */
import { foldName } from "../../ground/names.ts";
import type { Presence } from "../common/ports.ts";
import type { ClientRoomEvent, LeaveReason } from "../events/events.ts";
import type { Incoming } from "../session/incoming.ts";
import { membersIn } from "../session/queries.ts";

/** Most members tracked in one room. */
const MAX_MEMBERS = 20_000;
/** Most rooms tracked. */
const MAX_ROOMS = 500;

/** A room we are in. */
export interface JoinedRoom {
  /** Its name, `#` included. */
  readonly name: string;
  /** Its topic; `""` if none is set. */
  readonly topic: string;
  /** Nicknames by folded name. */
  readonly members: ReadonlyMap<string, string>;
}

interface KeptRoom extends JoinedRoom {
  topic: string;
  readonly members: Map<string, string>;
}

/** The rooms of one connection. */
export class JoinedRooms implements Presence {
  readonly #rooms = new Map<string, KeptRoom>();

  /** A room we are in, case-insensitive. */
  get(name: string): JoinedRoom | undefined {
    return this.#rooms.get(foldName(name));
  }

  /** All rooms we are in, in the order of joining. */
  all(): readonly JoinedRoom[] {
    return [...this.#rooms.values()];
  }

  /** Whether we share a room with this nickname. */
  sees(nick: string): boolean {
    const folded = foldName(nick);
    return this.all().some((room) => room.members.has(folded));
  }

  /** A nickname in its owner's spelling if we share a room; else unchanged. */
  spelled(nick: string): string {
    const folded = foldName(nick);
    for (const { members } of this.#rooms.values()) {
      const known = members.get(folded);
      if (known !== undefined) return known;
    }
    return nick;
  }

  /** Clears everything after the connection is lost. */
  clear(): void {
    this.#rooms.clear();
  }

  /** Applies one line; `isMe` recognizes our own nickname. Returns the resulting events. */
  apply(line: Incoming, isMe: (nick: string) => boolean): ClientRoomEvent[] {
    const { command, from, params } = line;
    const [first = "", second = ""] = params;
    switch (command) {
      case "JOIN":
        return this.#join(first, from, isMe(from));
      case "PART":
        return this.#leave(first, from, {
          own: isMe(from),
          reason: { kind: "parted", text: second },
        });
      case "KICK":
        return this.#leave(first, second, {
          own: isMe(second),
          reason: { kind: "kicked", by: from, text: params[2] ?? "" },
        });
      case "QUIT":
        return this.all().flatMap(({ name }) =>
          this.#leave(name, from, {
            own: isMe(from),
            reason: { kind: "quit", text: first },
          })
        );
      case "NICK":
        return this.#rename(from, first, isMe(first));
      case "TOPIC":
        return this.#setTopic(first, second, from);
      case "331":
        return this.#setTopic(second, "", undefined);
      case "332":
        return this.#setTopic(second, params[2] ?? "", undefined);
      case "353":
        return this.#addMembers(params[2] ?? "", membersIn(line));
      default:
        return [];
    }
  }

  #join(name: string, nick: string, own: boolean): ClientRoomEvent[] {
    const key = foldName(name);
    let room = this.#rooms.get(key);
    if (own) {
      if (room || this.#rooms.size >= MAX_ROOMS) return [];
      room = { name, topic: "", members: new Map() };
      this.#rooms.set(key, room);
    }
    if (!room || (room.members.has(foldName(nick)) && !own)) return [];
    if (room.members.size < MAX_MEMBERS) room.members.set(foldName(nick), nick);
    return [{ event: "joined", room: room.name, user: nick, own }];
  }

  #leave(
    name: string,
    nick: string,
    { own, reason }: { own: boolean; reason: LeaveReason },
  ): ClientRoomEvent[] {
    const room = this.#rooms.get(foldName(name));
    if (!room?.members.delete(foldName(nick))) return [];
    if (own) this.#rooms.delete(foldName(name));
    return [{ event: "left", room: room.name, user: nick, own, reason }];
  }

  #rename(from: string, to: string, own: boolean): ClientRoomEvent[] {
    let seen = own;
    for (const room of this.#rooms.values()) {
      if (!room.members.delete(foldName(from))) continue;
      room.members.set(foldName(to), to);
      seen = true;
    }
    return seen && from !== to ? [{ event: "renamed", from, to, own }] : [];
  }

  #setTopic(name: string, topic: string, by: string | undefined): ClientRoomEvent[] {
    const room = this.#rooms.get(foldName(name));
    if (!room || room.topic === topic) return [];
    room.topic = topic;
    return [{ event: "topic", room: room.name, topic, by }];
  }

  #addMembers(name: string, nicks: readonly string[]): ClientRoomEvent[] {
    const room = this.#rooms.get(foldName(name));
    if (!room) return [];
    const users: string[] = [];
    for (const nick of nicks) {
      if (room.members.size >= MAX_MEMBERS) break;
      room.members.set(foldName(nick), nick);
      users.push(nick);
    }
    return users.length === 0 ? [] : [{ event: "members", room: room.name, users }];
  }
}
