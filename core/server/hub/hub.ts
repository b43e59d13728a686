/**
 * The hub: users, rooms and the routing of messages. Pure: no sockets, no store, no clock of its own.
 *
 * Doors call its methods. Each call is decided (`decide_users.ts`, `decide_rooms.ts`: events, or a refusal), the events are
 * published on the {@linkcode Bus}, and events from the bus are applied (`state.ts`), observed, and delivered to the
 * sessions concerned. Hubs that share a bus have the same state.
 *
 * @module
 */
import { audienceOf, deliverSaid, isDeparture } from "./audience.ts";
import { type Bus, LocalBus } from "./bus.ts";
import {
  decideEnter,
  decideLeave,
  decideProfile,
  decideRename,
  decideSignIn,
  decideSignOut,
  decideUserModes,
  type DecisionContext,
  type Introduction,
} from "./decide_users.ts";
import type { HubEvent, SaidEvent, SaidKind, SessionId, UserModeChange } from "./events.ts";
import { Rooms } from "./rooms.ts";
import { HubState } from "./state.ts";
import type { HubSession, Room, User } from "./types.ts";

/** Options for {@linkcode Hub}. */
export interface HubOptions {
  /** Monotonic clock, in milliseconds. */
  readonly steadyNow: () => number;
  /** Wall clock, in milliseconds since 1970. */
  readonly wallNow: () => number;
  /** Returns a unique message id. */
  readonly newId: (time: number) => string;
  /** A number that no former room of that name had; see {@linkcode Room}. */
  readonly newLife: () => number;
  /** Receives every event, applied, before any session does. */
  readonly observe?: (event: HubEvent) => void;
  /** By default a {@linkcode LocalBus}. */
  readonly bus?: Bus;
  /** Identifies this hub among those that share a bus. */
  readonly instance?: string;
}

/** A message to be sent. */
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
  readonly #state: HubState;
  readonly #bus: Bus;
  readonly #sessions = new Map<SessionId, HubSession>();
  readonly #options: HubOptions;
  #lastSession = 0;

  constructor(options: HubOptions) {
    const { steadyNow, newLife, bus = new LocalBus() } = options;
    this.#options = options;
    this.#bus = bus;
    this.#state = new HubState({
      steadyNow,
      localSession: (id) => this.#sessions.get(id),
    });
    this.rooms = new Rooms({
      state: this.#state,
      context: () => this.#context(),
      publish: (events) => this.#publish(events),
      newLife,
    });
    bus.subscribe((event) => this.#receive(event));
  }

  /** A new id for a session of this hub. */
  newSessionId(): SessionId {
    return `${this.#options.instance ?? "s"}-${++this.#lastSession}`;
  }

  /** All users, in order of arrival. */
  get users(): IterableIterator<User> {
    return this.#state.users.values();
  }

  /** Number of users online. */
  get userCount(): number {
    return this.#state.users.size;
  }

  /** The largest number of users online at the same time. */
  get mostUsers(): number {
    return this.#state.mostUsers;
  }

  /** The user with that nick, case-insensitive. */
  user(nick: string): User | undefined {
    return this.#state.user(nick);
  }

  /** The user whose nick is `nick` or looks like it. */
  lookalike(nick: string): User | undefined {
    return this.#state.lookalike(nick);
  }

  /**
   * Adds a session. A further session of an account joins its user; a guest with the
   * account's name, or one that looks like it, must have been renamed before.
   */
  enter(session: HubSession, who: Introduction): "ok" | "nick-in-use" {
    const decision = decideEnter(this.#context(), session.id, who);
    if (typeof decision === "string") return decision;
    this.#sessions.set(session.id, session);
    this.#publish(decision);
    return "ok";
  }

  /**
   * Signs a guest's session in to `account`: its user takes the account's name, or the session moves
   * to the account's user.
   *
   * @returns The user of the session.
   * @throws {RangeError} When a user who is not signed in to the account has the name; then nothing has changed.
   */
  signIn(session: HubSession, account: string): User {
    const act = { session: session.id, user: userOf(session), account };
    const decision = decideSignIn(this.#context(), act);
    if (typeof decision === "string") {
      throw new RangeError(`Cannot sign in as ${account}: the nick is in use`);
    }
    this.#publish(decision);
    return userOf(session);
  }

  /**
   * Signs a session out: it becomes the guest `nick`, in no room.
   *
   * @throws {RangeError} When a user has a nick like `nick`; then nothing has changed.
   */
  signOut(session: HubSession, nick: string): User {
    const decision = decideSignOut(this.#context(), {
      session: session.id,
      user: userOf(session),
      nick,
    });
    if (typeof decision === "string") {
      throw new RangeError(`Cannot sign out as ${nick}: the nick is in use`);
    }
    this.#publish(decision);
    return userOf(session);
  }

  /** Removes a session; with the last one its user quits. */
  leave(session: HubSession, reason: string): void {
    const { id, user } = session;
    if (user) this.#publish(decideLeave(this.#context(), { session: id, user, reason }));
    this.#sessions.delete(id);
  }

  /** Changes a nick, which may not look like another user's. */
  rename(user: User, nick: string): "ok" | "nick-in-use" {
    const decision = decideRename(this.#context(), user, nick);
    if (typeof decision === "string") return decision;
    this.#publish(decision);
    return "ok";
  }

  /** Sets or ends (`undefined`) being away. */
  setAway(user: User, away: string | undefined): void {
    this.#publish(decideProfile(this.#context(), user, { away }));
  }

  /** Changes the real name. */
  setRealname(user: User, realname: string): void {
    this.#publish(decideProfile(this.#context(), user, { realname }));
  }

  /** Sets modes of a user; changes without an effect are dropped. */
  setUserModes(user: User, changes: readonly UserModeChange[]): void {
    this.#publish(decideUserModes(this.#context(), user, changes));
  }

  /** Sends a message to a room or a user. The caller checks {@linkcode Rooms.maySay}. */
  say(
    session: HubSession,
    to: Room | User,
    { as, text, cuts = NO_CUTS, tags = NO_TAGS }: OutgoingMessage,
  ): SaidEvent {
    const time = this.#options.wallNow();
    const said: SaidEvent = {
      kind: "said",
      time,
      id: this.#options.newId(time),
      from: userOf(session).facts,
      origin: session.id,
      to: to.ref,
      as,
      text,
      cuts,
      tags,
    };
    this.#bus.publish(said);
    return said;
  }

  #context(): DecisionContext {
    return { state: this.#state, time: this.#options.wallNow() };
  }

  #publish(events: readonly HubEvent[]): void {
    for (const event of events) this.#bus.publish(event);
  }

  #receive(event: HubEvent): void {
    const leaving = isDeparture(event) ? audienceOf(this.#state, event) : undefined;
    this.#state.apply(event);
    this.#options.observe?.(event);
    if (event.kind === "said") return deliverSaid(this.#state, event);
    for (const session of leaving ?? audienceOf(this.#state, event)) session.deliver(event);
  }
}

function userOf({ user }: HubSession): User {
  if (!user) throw new TypeError("Cannot act for a session that has not entered");
  return user;
}
