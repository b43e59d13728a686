/**
 * Users and rooms of the hub's state. They are changed only by applying events.
 *
 * @module
 */
import type {
  RoomFlag,
  RoomRef,
  SavedRoom,
  SessionId,
  Topic,
  UserFacts,
  UserMode,
  UserRef,
} from "./events.ts";
import type { RoomModes } from "./room_modes.ts";
import type { HubSession, Membership, Room, User } from "./types.ts";

/** A mutable user. */
export class UserState implements User {
  readonly modes = new Set<UserMode>();
  readonly sessions = new Map<SessionId, HubSession | undefined>();
  readonly rooms = new Set<RoomState>();
  readonly invitedTo = new Set<RoomState>();
  readonly enteredAt: number;
  spokeAt: number;
  #facts: UserFacts;
  #ref: UserRef;

  /** A user who comes online at `steadyNow` of the monotonic clock. */
  constructor(facts: UserFacts, steadyNow: number) {
    this.#facts = facts;
    this.#ref = refOf(facts);
    this.enteredAt = this.spokeAt = steadyNow;
  }

  get facts(): UserFacts {
    return this.#facts;
  }

  set facts(facts: UserFacts) {
    if (facts.nick !== this.#facts.nick) this.#ref = refOf(facts);
    this.#facts = facts;
  }

  get ref(): UserRef {
    return this.#ref;
  }

  get nick(): string {
    return this.#facts.nick;
  }

  get account(): string | undefined {
    return this.#facts.account;
  }

  get username(): string {
    return this.#facts.username;
  }

  get realname(): string {
    return this.#facts.realname;
  }

  get host(): string {
    return this.#facts.host;
  }

  get away(): string | undefined {
    return this.#facts.away;
  }

  get mask(): string {
    return this.#facts.mask;
  }
}

/** A mutable room. */
export class RoomState implements Room, RoomModes {
  readonly name: string;
  readonly ref: RoomRef;
  readonly members = new Map<UserState, Membership>();
  readonly flags: Set<RoomFlag>;
  readonly bans: string[];
  readonly permanent: boolean;
  readonly createdAt: number;
  readonly life: number;
  topic: Topic | undefined;
  key: string | undefined;
  limit: number | undefined;
  founder: string | undefined;

  /** A room without members. */
  constructor(
    { name, topic, founder, permanent, createdAt, life, key, limit, flags, bans }: SavedRoom,
  ) {
    this.name = name;
    this.ref = { kind: "room", name, life };
    this.topic = topic;
    this.founder = founder;
    this.permanent = permanent;
    this.createdAt = createdAt;
    this.life = life;
    this.key = key;
    this.limit = limit;
    this.flags = new Set(flags);
    this.bans = [...bans];
  }
}

function refOf({ nick }: UserFacts): UserRef {
  return { kind: "user", nick };
}
