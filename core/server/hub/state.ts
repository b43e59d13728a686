/**
 * The state of a hub: a fold over its events. Applying an event decides nothing.
 *
 * @module
 */
import { foldName, skeletonOf } from "../../ground/names.ts";
import { RoomState, UserState } from "./entities.ts";
import type {
  HubEvent,
  PresenceEvent,
  RoomEvent,
  SavedRoom,
  SessionId,
  UserFacts,
} from "./events.ts";
import { applyModeChange } from "./room_modes.ts";
import type { HubSession, Membership, Room, User } from "./types.ts";

/** Options for {@linkcode HubState}. */
export interface HubStateOptions {
  /** Monotonic clock, in milliseconds. */
  readonly steadyNow: () => number;
  /** The session with that id, if it belongs to this instance. */
  readonly localSession: (id: SessionId) => HubSession | undefined;
}

/** Users, rooms and memberships. */
export class HubState {
  readonly #options: HubStateOptions;
  readonly #users = new Map<string, UserState>();
  /** By the skeleton of the nick: no two users' nicks look alike. */
  readonly #looks = new Map<string, UserState>();
  readonly #rooms = new Map<string, RoomState>();
  readonly #owned = new Map<string, number>();
  #mostUsers = 0;

  /** No users and no rooms. */
  constructor(options: HubStateOptions) {
    this.#options = options;
  }

  /** All users, in order of arrival. */
  get users(): ReadonlyMap<string, User> {
    return this.#users;
  }

  /** All rooms, in order of creation. */
  get rooms(): ReadonlyMap<string, Room> {
    return this.#rooms;
  }

  /** The largest number of users online at the same time. */
  get mostUsers(): number {
    return this.#mostUsers;
  }

  /** The user with that nick, case-insensitive. */
  user(nick: string): User | undefined {
    return this.#users.get(foldName(nick));
  }

  /** The user whose nick is `nick` or looks like it. */
  lookalike(nick: string): User | undefined {
    return this.#looks.get(skeletonOf(nick));
  }

  /** The room with that name, case-insensitive. */
  room(name: string): Room | undefined {
    return this.#rooms.get(foldName(name));
  }

  /** The rank of the member with that nick, case-insensitive. */
  rankOf(room: Room, nick: string): Readonly<Membership> | undefined {
    const user = this.user(nick);
    return user && room.members.get(user);
  }

  /** Number of rooms that an account owns. */
  roomsOwnedBy(account: string): number {
    return this.#owned.get(account) ?? 0;
  }

  /** Applies an event. */
  apply(event: HubEvent): void {
    switch (event.kind) {
      case "said":
        if (event.as === "signal") return;
        return this.#change(event.from.nick, (user) => user.spokeAt = this.#options.steadyNow());
      case "room-opened":
      case "joined":
      case "left":
      case "kicked":
      case "topic-changed":
      case "modes-changed":
      case "invited":
      case "disowned":
        return this.#applyToRoom(event);
      default:
        return this.#applyToUser(event);
    }
  }

  #applyToUser(event: PresenceEvent): void {
    const { user: facts } = event;
    switch (event.kind) {
      case "came-online": {
        const user = new UserState(facts, this.#options.steadyNow());
        this.#list(user);
        return this.#attach(user, event.session);
      }
      case "session-opened":
        return this.#change(facts.nick, (user) => this.#attach(user, event.session));
      case "session-closed":
        return this.#change(facts.nick, (user) => detach(user, event.session));
      case "quit":
        return this.#change(facts.nick, (user) => this.#remove(user));
      case "renamed":
        return this.#change(event.former.nick, (user) => {
          this.#unlist(user);
          user.facts = facts;
          this.#list(user);
        });
      case "user-modes-changed":
        return this.#change(facts.nick, ({ modes }) => {
          for (const { add, letter } of event.changes) {
            if (add) modes.add(letter);
            else modes.delete(letter);
          }
        });
      case "account-changed":
      case "realname-changed":
      case "away-changed":
        return this.#change(facts.nick, (user) => user.facts = facts);
    }
  }

  #applyToRoom(event: RoomEvent): void {
    if (event.kind === "room-opened") return this.#open(event.saved);
    const room = this.#rooms.get(foldName(event.room.name));
    if (!room) return;
    switch (event.kind) {
      case "joined":
        return this.#change(event.user.nick, (user) => {
          room.members.set(user, { op: event.op, voice: false });
          user.rooms.add(room);
          user.invitedTo.delete(room);
        });
      case "left":
      case "kicked":
        return this.#change(event.user.nick, (user) => this.#drop(user, room));
      case "topic-changed":
        room.topic = event.topic;
        return;
      case "modes-changed":
        for (const change of event.changes) applyModeChange(room, change, this.#rankIn(room));
        return;
      case "invited":
        if (!event.admits) return;
        return this.#change(event.guest.nick, (guest) => guest.invitedTo.add(room));
      case "disowned":
        this.#count(room.founder, -1);
        room.founder = undefined;
        return this.#forgetIfEmpty(room);
    }
  }

  #change(nick: UserFacts["nick"], change: (user: UserState) => void): void {
    const user = this.#users.get(foldName(nick));
    if (user) change(user);
  }

  #rankIn(room: RoomState): (nick: string) => Membership | undefined {
    return (nick) => {
      const user = this.#users.get(foldName(nick));
      return user && room.members.get(user);
    };
  }

  #list(user: UserState): void {
    this.#users.set(foldName(user.nick), user);
    this.#looks.set(skeletonOf(user.nick), user);
    this.#mostUsers = Math.max(this.#mostUsers, this.#users.size);
  }

  #unlist(user: UserState): void {
    this.#users.delete(foldName(user.nick));
    this.#looks.delete(skeletonOf(user.nick));
  }

  #attach(user: UserState, id: SessionId): void {
    const session = this.#options.localSession(id);
    user.sessions.set(id, session);
    if (session) session.user = user;
  }

  #remove(user: UserState): void {
    for (const id of [...user.sessions.keys()]) detach(user, id);
    for (const room of [...user.rooms]) this.#drop(user, room);
    this.#unlist(user);
  }

  #open(saved: SavedRoom): void {
    this.#rooms.set(foldName(saved.name), new RoomState(saved));
    this.#count(saved.founder, 1);
  }

  #drop(user: UserState, room: RoomState): void {
    room.members.delete(user);
    user.rooms.delete(room);
    this.#forgetIfEmpty(room);
  }

  #forgetIfEmpty(room: RoomState): void {
    if (room.members.size === 0 && room.founder === undefined && !room.permanent) {
      this.#rooms.delete(foldName(room.name));
    }
  }

  #count(founder: string | undefined, by: number): void {
    if (founder === undefined) return;
    const owned = this.roomsOwnedBy(founder) + by;
    if (owned > 0) this.#owned.set(founder, owned);
    else this.#owned.delete(founder);
  }
}

function detach(user: UserState, id: SessionId): void {
  const session = user.sessions.get(id);
  user.sessions.delete(id);
  if (session?.user === user) session.user = undefined;
}
