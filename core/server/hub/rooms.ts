/**
 * A hub's rooms: joins, leaves, topics, modes and permissions.
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

/** The parts of the hub that {@linkcode Rooms} uses. */
export interface RoomsPort {
  readonly state: HubState;
  /** What decisions go by, as of now. */
  context(): DecisionContext;
  /** Publishes events: they are applied when this returns. */
  publish(events: readonly HubEvent[]): void;
  /** A number that no former room of that name had. */
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

  /** Number of rooms. */
  get count(): number {
    return this.#all.size;
  }

  /** The room with that name, case-insensitive. */
  find(name: string): Room | undefined {
    return this.#hub.state.room(name);
  }

  /** Creates a saved room. */
  restore(saved: SavedRoom): void {
    this.#hub.publish([decideOpen(this.#hub.context(), saved)]);
  }

  /**
   * Adds a user to a room. A missing room is created, with the user as its operator and, if signed in,
   * its founder. No effect if the user is in it already.
   */
  join(user: User, name: string, key?: string): Room | JoinRefusal {
    const newLife = () => this.#hub.newLife();
    const decision = decideJoin(this.#hub.context(), user, { name, key, newLife });
    if (typeof decision === "string") return decision;
    this.#hub.publish(decision);
    return this.find(name)!;
  }

  /** A user leaves a room. */
  part({ facts: user }: User, { ref: room }: Room, reason: string): void {
    this.#hub.publish([{ kind: "left", time: this.#hub.context().time, user, room, reason }]);
  }

  /** Kicks a user from a room. */
  kick({ facts: user }: User, { ref: room }: Room, { by, reason }: RemovalOptions): void {
    const { time } = this.#hub.context();
    this.#hub.publish([{ kind: "kicked", time, user, room, by: by.facts, reason }]);
  }

  /** Sets a topic; an empty text removes it. */
  setTopic(room: Room, text: string, by: User): void {
    this.#hub.publish(decideTopic(this.#hub.context(), room, { text, by }));
  }

  /** Invites a guest; if an operator invites, the guest may join once in spite of the modes. */
  invite(room: Room, by: User, guest: User): void {
    this.#hub.publish(decideInvite(this.#hub.context(), room, { by, guest }));
  }

  /** Applies validated mode changes; those without an effect are dropped. */
  setModes(room: Room, wanted: readonly ModeChange[], by: User): void {
    this.#hub.publish(decideModes(this.#hub.context(), room, { wanted, by }));
  }

  /** Removes a dropped account as the owner of its rooms; empty ones are closed. */
  disown(account: string): void {
    for (const room of [...this]) if (room.founder === account) this.giveUp(room);
  }

  /** Removes the owner of a room; if it is empty, it is closed. */
  giveUp(room: Room): void {
    this.#hub.publish(decideDisown(this.#hub.context(), room));
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

  get #all(): ReadonlyMap<string, Room> {
    return this.#hub.state.rooms;
  }
}
