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
  /** Whether deliveries are held back until the other end sends something, as for unconfirmed UDP addresses. */
  readonly holdsBack?: boolean;
  /** Receives an event. Must not throw and must not call the hub. */
  deliver(event: HubEvent): void;
}

/** A user online: an account with one or more sessions, or a guest with one. */
export interface User extends Omit<UserFacts, "account" | "away"> {
  /** The account signed in to; then `nick` is its name. */
  readonly account: string | undefined;
  /** The away text, while away. */
  readonly away: string | undefined;
  /** The user's facts in events; a new object after each change. */
  readonly facts: UserFacts;
  /** The user as the target of a message. */
  readonly ref: UserRef;
  readonly modes: ReadonlySet<UserMode>;
  /** `undefined` for a session on another instance. */
  readonly sessions: ReadonlyMap<SessionId, HubSession | undefined>;
  readonly rooms: ReadonlySet<Room>;
  /** Rooms that the user may join once in spite of the modes. */
  readonly invitedTo: ReadonlySet<Room>;
  /** When the user came online, by the monotonic clock. */
  readonly enteredAt: number;
  /** Time of the last message, or of coming online, by the monotonic clock. */
  readonly spokeAt: number;
}

/** A member's rank in a room. */
export interface Membership {
  op: boolean;
  voice: boolean;
}

/** A room. It exists as long as it has members or an owner. */
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
  /** The account that created and owns it, always an operator. */
  readonly founder: string | undefined;
  /** Whether it stays when it is empty and has no owner, like the lobby. */
  readonly permanent: boolean;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** See {@linkcode RoomRef}. */
  readonly life: number;
}
