/**
 * The hub: who is here, which rooms there are, who hears what. Pure: no socket, no store, no clock of
 * its own. Doors call its methods; what changes comes out as {@linkcode HubEvent}s, to the sessions
 * concerned and to one observer.
 *
 * @module
 */
import { foldName, skeletonOf } from "../irc/names.ts";
import { Rooms } from "./rooms.ts";
import {
  type HubEvent,
  type HubSession,
  isRoom,
  type Room,
  type SaidEvent,
  type SaidKind,
  type User,
  type UserModeChange,
} from "./types.ts";

/** What the hub is given. */
export interface HubOptions {
  /** Milliseconds that never go back or jump. */
  readonly steadyNow: () => number;
  /** Milliseconds since 1970, for what people see. */
  readonly wallNow: () => number;
  /** An id that no message ever had. */
  readonly newId: (time: number) => string;
  /** A number that no former room of the same name had; see {@linkcode Room}. */
  readonly newLife: () => number;
  /** Hears every event, before any session does. */
  readonly observe?: (event: HubEvent) => void;
}

/** How somebody introduces themselves. */
export interface Introduction {
  readonly nick: string;
  readonly account: string | undefined;
  readonly username: string;
  readonly realname: string;
  readonly host: string;
}

/** Words on their way. */
export interface OutgoingMessage {
  readonly as: SaidKind;
  readonly text: string;
  /** See {@linkcode SaidEvent}. */
  readonly cuts?: readonly number[];
  readonly tags?: Readonly<Record<string, string>>;
}

const NO_TAGS = Object.freeze({});
const NO_CUTS: readonly number[] = Object.freeze([]);

/** Users, rooms, presence and routing of one server. */
export class Hub {
  readonly rooms: Rooms;
  #users = new Map<string, User>();
  /** By what their nicks look like: no two users look alike. */
  #looks = new Map<string, User>();
  #mostUsers = 0;
  #steadyNow: () => number;
  #wallNow: () => number;
  #newId: (time: number) => string;
  #observe: (event: HubEvent) => void;

  constructor({ steadyNow, wallNow, newId, newLife, observe = () => {} }: HubOptions) {
    this.#steadyNow = steadyNow;
    this.#wallNow = wallNow;
    this.#newId = newId;
    this.#observe = observe;
    this.rooms = new Rooms({
      now: wallNow,
      newLife,
      toRoom: (room, event) => this.#toRoom(room, event),
      toUser: (user, event) => this.#toUser(user, event),
      toObserver: observe,
    });
  }

  /** Everybody here, in order of arrival. */
  get users(): IterableIterator<User> {
    return this.#users.values();
  }

  /** How many are here. */
  get userCount(): number {
    return this.#users.size;
  }

  /** The most that have been here at once. */
  get mostUsers(): number {
    return this.#mostUsers;
  }

  /** The user who wears `nick`, whatever its case. */
  user(nick: string): User | undefined {
    return this.#users.get(foldName(nick));
  }

  /** The user whose nick is `nick` or looks like it. */
  lookalike(nick: string): User | undefined {
    return this.#looks.get(skeletonOf(nick));
  }

  /**
   * Brings a session in. One more session of an account joins the user who is here already; whoever wears
   * an account's name, or one that looks like it, without being signed in must have been renamed before.
   */
  enter(session: HubSession, who: Introduction): "ok" | "nick-in-use" {
    const present = this.lookalike(who.nick);
    if (present) {
      if (who.account === undefined || present.account !== who.account) return "nick-in-use";
      attach(session, present);
      return "ok";
    }
    const enteredAt = this.#steadyNow();
    const user: User = {
      ...who,
      away: undefined,
      modes: new Set(),
      sessions: new Set(),
      rooms: new Set(),
      enteredAt,
      spokeAt: enteredAt,
      mask: `${who.nick}!${who.username}@${who.host}`,
    };
    this.#list(user);
    attach(session, user);
    this.#observe({ kind: "came-online", time: this.#wallNow(), user });
    return "ok";
  }

  /**
   * A session that was a guest's is now `account`'s: its user takes the account's name, or the session moves
   * to the user who wears it already.
   *
   * @returns The user the session belongs to now.
   * @throws {RangeError} When somebody who is not signed in to it wears the name; then nothing has changed.
   */
  signIn(session: HubSession, account: string): User {
    const user = userOf(session);
    const present = this.lookalike(account);
    if (present && present !== user) {
      if (present.account === account) {
        this.leave(session, "Signed in");
        attach(session, present);
        return present;
      }
      throw new RangeError(`Cannot sign in as ${account}: the name is in use`);
    }
    user.account = account;
    if (user.nick !== account) this.rename(user, account);
    this.#toNeighbours(user, { kind: "account-changed", time: this.#wallNow(), user });
    return user;
  }

  /**
   * The user gives up the account on this session, which goes on as the guest `guestNick`, in no room.
   *
   * @throws {RangeError} When somebody wears a name like `guestNick`; then nothing has changed.
   */
  signOut(session: HubSession, guestNick: string): User {
    const former = userOf(session);
    const { username, realname, host } = former;
    if (this.lookalike(guestNick)) {
      throw new RangeError(`Cannot sign out as ${guestNick}: the name is in use`);
    }
    if (former.sessions.size > 1) {
      this.leave(session, "Signed out");
      this.enter(session, { nick: guestNick, account: undefined, username, realname, host });
      return userOf(session);
    }
    for (const room of [...former.rooms]) this.rooms.part(former, room, "Signed out");
    former.account = undefined;
    this.rename(former, guestNick);
    this.#toNeighbours(former, { kind: "account-changed", time: this.#wallNow(), user: former });
    return former;
  }

  /** Takes a session away; with the last one its user is gone. */
  leave(session: HubSession, reason: string): void {
    const user = session.user;
    if (!user) return;
    session.user = undefined;
    user.sessions.delete(session);
    if (user.sessions.size > 0) return;
    this.#toNeighbours(user, { kind: "quit", time: this.#wallNow(), user, reason });
    this.rooms.removeUser(user);
    this.#unlist(user);
  }

  /** Changes a nick. Nobody else's may be like the new one. */
  rename(user: User, nick: string): "ok" | "nick-in-use" {
    const present = this.lookalike(nick);
    if (present && present !== user) return "nick-in-use";
    const formerMask = user.mask;
    this.#unlist(user);
    user.nick = nick;
    user.mask = `${nick}!${user.username}@${user.host}`;
    this.#list(user);
    this.#toNeighbours(user, { kind: "renamed", time: this.#wallNow(), user, formerMask });
    return "ok";
  }

  /** Sets or ends (`undefined`) being away. */
  setAway(user: User, away: string | undefined): void {
    user.away = away;
    this.#toNeighbours(user, { kind: "away-changed", time: this.#wallNow(), user });
  }

  /** Switches modes of a user on or off; those that are so already change nothing. */
  setUserModes(user: User, changes: readonly UserModeChange[]): void {
    const real = changes.filter(({ add, letter }) => {
      const before = user.modes.size;
      if (add) user.modes.add(letter);
      else user.modes.delete(letter);
      return user.modes.size !== before;
    });
    if (real.length === 0) return;
    const time = this.#wallNow();
    this.#toUser(user, { kind: "user-modes-changed", time, user, changes: real });
  }

  /** Changes the real name. */
  setRealname(user: User, realname: string): void {
    user.realname = realname;
    this.#toNeighbours(user, { kind: "realname-changed", time: this.#wallNow(), user });
  }

  /** Says something to a room or a user. Whether that is allowed is {@linkcode Rooms.maySay}'s question. */
  say(
    session: HubSession,
    to: Room | User,
    { as, text, cuts = NO_CUTS, tags = NO_TAGS }: OutgoingMessage,
  ): SaidEvent {
    const from = userOf(session);
    const time = this.#wallNow();
    const said: SaidEvent = {
      kind: "said",
      time,
      id: this.#newId(time),
      from,
      origin: session,
      to,
      as,
      text,
      cuts,
      tags,
    };
    if (as !== "signal") from.spokeAt = this.#steadyNow();
    if (isRoom(to)) this.#toRoom(to, said);
    else {
      this.#observe(said);
      // To oneself it comes twice: as any message does, and as what this session has said.
      const received = to === from ? { ...said, origin: undefined } : said;
      for (const receiver of to.sessions) receiver.deliver(received);
      for (const own of to === from ? [session] : from.sessions) own.deliver(said);
    }
    return said;
  }

  #list(user: User): void {
    this.#users.set(foldName(user.nick), user);
    this.#looks.set(skeletonOf(user.nick), user);
    this.#mostUsers = Math.max(this.#mostUsers, this.#users.size);
  }

  #unlist(user: User): void {
    this.#users.delete(foldName(user.nick));
    this.#looks.delete(skeletonOf(user.nick));
  }

  #toRoom(room: Room, event: HubEvent): void {
    this.#observe(event);
    for (const member of room.members.keys()) {
      for (const session of member.sessions) session.deliver(event);
    }
  }

  #toUser(user: User, event: HubEvent): void {
    this.#observe(event);
    for (const session of user.sessions) session.deliver(event);
  }

  /** To the user and everybody who shares a room with them, once each. */
  #toNeighbours(user: User, event: HubEvent): void {
    this.#observe(event);
    const told = new Set<User>([user]);
    for (const session of user.sessions) session.deliver(event);
    for (const room of user.rooms) {
      for (const member of room.members.keys()) {
        if (told.has(member)) continue;
        told.add(member);
        for (const session of member.sessions) session.deliver(event);
      }
    }
  }
}

function attach(session: HubSession, user: User): void {
  session.user = user;
  user.sessions.add(session);
}

function userOf(session: HubSession): User {
  if (!session.user) throw new TypeError("Cannot act for a session that has not entered");
  return session.user;
}
