/**
 * The hub's state as doors see it: users, rooms, sessions. Only the hub changes it, by applying events.
 *
 * @module
 */
import type {
  HubEvent,
  RoomFlag,
  RoomRef,
  SessionId,
  Topic,
  UserFacts,
  UserMode,
  UserRef,
} from "./events.ts";

/** One connection of a user, on this server. */
export interface HubSession {
  readonly id: SessionId;
  /** The user of this session; the hub sets this. */
  user: User | undefined;
  /** Whether what is delivered waits until the other end sends something: so it is with some datagrams. */
  readonly holdsBack?: boolean;
  /** Something happened that this session should receive. Must not throw and must not call the hub back. */
  deliver(event: HubEvent): void;
}

/** Somebody present: an account with one or more sessions, or a guest with one. */
export interface User extends Omit<UserFacts, "account" | "away"> {
  /** The account signed in to; then `nick` is its name. */
  readonly account: string | undefined;
  /** Reason, while away. */
  readonly away: string | undefined;
  /** The user as events carry them; a new object after each change. */
  readonly facts: UserFacts;
  /** The user as the target of a message. */
  readonly ref: UserRef;
  readonly modes: ReadonlySet<UserMode>;
  /** `undefined` for a session on another instance. */
  readonly sessions: ReadonlyMap<SessionId, HubSession | undefined>;
  readonly rooms: ReadonlySet<Room>;
  /** Rooms that they may join once, whatever the modes say. */
  readonly invitedTo: ReadonlySet<Room>;
  /** When they came online, by the steady clock. */
  readonly enteredAt: number;
  /** When they last said something, or came online; by the steady clock. */
  readonly spokeAt: number;
}

/** A member's rank in a room. */
export interface Membership {
  op: boolean;
  voice: boolean;
}

/** A room. It lives as long as it has members or an account owns it. */
export interface Room {
  readonly name: string;
  readonly ref: RoomRef;
  readonly members: ReadonlyMap<User, Readonly<Membership>>;
  readonly topic: Topic | undefined;
  readonly flags: ReadonlySet<RoomFlag>;
  readonly key: string | undefined;
  readonly limit: number | undefined;
  /** Masks (`nick!user@host` with `*` and `?`) of users who may not join. */
  readonly bans: readonly string[];
  /** The account that made it and always is an operator of it. */
  readonly founder: string | undefined;
  /** Stays when it is empty although nobody owns it, as the lobby does. */
  readonly permanent: boolean;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** See {@linkcode RoomRef}. */
  readonly life: number;
}
