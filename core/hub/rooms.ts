/**
 * A hub's rooms: joining, leaving, topics, modes, and who may do what.
 *
 * @module
 */
import {
  decideDisown,
  decideInvite,
  decideJoin,
  decideModes,
  decideOpen,
  decideTopic,
  isOperatorOf,
  type JoinRefusal,
  maySayIn,
  type RemovalOptions,
} from "./decide_rooms.ts";
import type { DecisionContext } from "./decide_users.ts";
import type { HubEvent, ModeChange, SavedRoom } from "./events.ts";
import type { HubState } from "./state.ts";
import type { Room, User } from "./types.ts";

/** What {@linkcode Rooms} works with. */
export interface RoomsPort {
  readonly state: HubState;
  /** Milliseconds since 1970. */
  now(): number;
  /** Publishes events: they are applied when this returns. */
  publish(events: readonly HubEvent[]): void;
  /** A number that no former room of the same name had. */
  newLife(): number;
}

/** All rooms of a hub. */
export class Rooms {
  readonly #hub: RoomsPort;

  constructor(hub: RoomsPort) {
    this.#hub = hub;
  }

  /** Every room, in order of creation. */
  [Symbol.iterator](): IterableIterator<Room> {
    return this.#all.values();
  }

  /** How many there are. */
  get count(): number {
    return this.#all.size;
  }

  /** The room of that name, whatever its case. */
  find(name: string): Room | undefined {
    return this.#hub.state.room(name);
  }

  /** Brings back a room that was saved, or makes one without a founder. */
  restore(saved: SavedRoom): void {
    this.#hub.publish([decideOpen(this.#context(), saved)]);
  }

  /**
   * Brings a user into a room, which is made when there is none: then they are its operator and, signed in,
   * its founder. Being in it already is fine, and changes nothing.
   */
  join(user: User, name: string, key?: string): Room | JoinRefusal {
    const newLife = () => this.#hub.newLife();
    const decision = decideJoin(this.#context(), user, { name, key, newLife });
    if (typeof decision === "string") return decision;
    this.#hub.publish(decision);
    return this.find(name)!;
  }

  /** Takes a user out of a room. */
  part({ facts: user }: User, { ref: room }: Room, reason: string): void {
    this.#hub.publish([{ kind: "left", time: this.#hub.now(), user, room, reason }]);
  }

  /** Removes a user from a room. */
  kick({ facts: user }: User, { ref: room }: Room, { by, reason }: RemovalOptions): void {
    const time = this.#hub.now();
    this.#hub.publish([{ kind: "kicked", time, user, room, by: by.facts, reason }]);
  }

  /** Sets a topic; the empty text removes it. */
  setTopic(room: Room, text: string, by: User): void {
    this.#hub.publish(decideTopic(this.#context(), room, { text, by }));
  }

  /** Invites a guest. Where an operator does, they may join once, whatever the modes say. */
  invite(room: Room, by: User, guest: User): void {
    this.#hub.publish(decideInvite(this.#context(), room, { by, guest }));
  }

  /** Applies changes that were checked before; those that change nothing are left out. */
  setModes(room: Room, wanted: readonly ModeChange[], by: User): void {
    this.#hub.publish(decideModes(this.#context(), room, { wanted, by }));
  }

  /** An account is gone: nobody owns its rooms any more, and those that are empty are gone with it. */
  disown(account: string): void {
    for (const room of [...this]) if (room.founder === account) this.giveUp(room);
  }

  /** Nobody owns a room any more; if it is empty, it is gone. */
  giveUp(room: Room): void {
    this.#hub.publish(decideDisown(this.#context(), room));
  }

  /** Whether a user may speak in a room now. */
  maySay(user: User, room: Room): boolean {
    return maySayIn(user, room);
  }

  /** Whether a user may see that a room exists and who is in it. */
  maySee(user: User | undefined, room: Room): boolean {
    return !room.flags.has("s") || (user !== undefined && room.members.has(user));
  }

  /** Whether a user may change a room's modes, kick and invite. */
  isOperator(user: User, room: Room): boolean {
    return isOperatorOf(user, room);
  }

  #context(): DecisionContext {
    return { state: this.#hub.state, time: this.#hub.now() };
  }

  get #all(): ReadonlyMap<string, Room> {
    return this.#hub.state.rooms;
  }
}
