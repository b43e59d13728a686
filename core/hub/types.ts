/**
 * What the hub is made of: users, rooms, sessions, and the events that change them.
 *
 * An event is all that leaves the hub: every door turns it into its own protocol's words, the store keeps it,
 * and another instance could apply it as well.
 *
 * @module
 */

/** One connection of a user, as the hub sees it. */
export interface HubSession {
  /** Who is on it; the hub sets this. */
  user: User | undefined;
  /** Whether what is delivered waits until the other end sends something: so it is with some datagrams. */
  readonly holdsBack?: boolean;
  /** Something happened that this session should hear of. Must not throw and must not call the hub back. */
  deliver(event: HubEvent): void;
}

/** Somebody present: an account with one or more sessions, or a guest with one. */
export interface User {
  nick: string;
  /** The account signed in to; then `nick` is its name. */
  account: string | undefined;
  /** What IRC calls the user name: the part between `!` and `@`. */
  username: string;
  realname: string;
  /** Shown after `@`; never the real address. */
  host: string;
  /** Reason, while away. */
  away: string | undefined;
  /** What they have switched on. */
  readonly modes: Set<UserMode>;
  readonly sessions: Set<HubSession>;
  readonly rooms: Set<Room>;
  /** When they came, by the steady clock. */
  readonly enteredAt: number;
  /** When they last said something, or came; by the steady clock. */
  spokeAt: number;
  /** `nick!username@host`, kept since every line carries it. */
  mask: string;
}

/** A user's switches, by IRC's letters: a program, and hidden from those who share no room with them. */
export type UserMode = "B" | "i";

/** One change of a user's modes. */
export interface UserModeChange {
  readonly add: boolean;
  readonly letter: UserMode;
}

/** A member's rank in a room. */
export interface Membership {
  op: boolean;
  voice: boolean;
}

/** A room's topic. */
export interface Topic {
  readonly text: string;
  readonly by: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** A room's switches, by IRC's letters: invite-only, moderated, no outside messages, secret, topic locked. */
export type RoomFlag = "i" | "m" | "n" | "s" | "t";

/** A room. It lives as long as somebody is in it or an account owns it. */
export interface Room {
  readonly name: string;
  readonly members: Map<User, Membership>;
  topic: Topic | undefined;
  readonly flags: Set<RoomFlag>;
  key: string | undefined;
  limit: number | undefined;
  /** Masks (`nick!user@host` with `*` and `?`) of those who may not come in. */
  readonly bans: string[];
  /** Whom an operator invited: they may come in once, whatever the modes say. */
  readonly invited: WeakSet<User>;
  /** The account that made it and always is an operator of it. */
  founder: string | undefined;
  /** Stays when it is empty although nobody owns it, as the lobby does. */
  readonly permanent: boolean;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** Tells it from former rooms of the same name, whose history is not its own. */
  readonly life: number;
}

/** What was said: text for people, text that nothing may answer automatically, or tags alone. */
export type SaidKind = "message" | "notice" | "signal";

/** Somebody said something, to a room or to one user. */
export interface SaidEvent {
  readonly kind: "said";
  readonly time: number;
  /** Unique for ever; sorts nothing. */
  readonly id: string;
  readonly from: User;
  /** The session it came from: it hears its own words only if it asks to. */
  readonly origin: HubSession | undefined;
  readonly to: Room | User;
  readonly as: SaidKind;
  /** May hold `\n` where the sender's protocol allows several lines. Empty in a signal. */
  readonly text: string;
  /** Where the sender has cut the text into parts that belong together, as indexes into it, in ascending order. */
  readonly cuts: readonly number[];
  /** Client-only tags (`+name`), handed on as they came. */
  readonly tags: Readonly<Record<string, string>>;
}

/** One change of a room's modes: `+o nick`, `-t`, `+k key`, ... */
export interface ModeChange {
  readonly add: boolean;
  readonly letter: string;
  readonly param?: string;
}

/** Everything that can happen. `time` is in milliseconds since the epoch. */
export type HubEvent =
  | SaidEvent
  | { readonly kind: "joined"; readonly time: number; readonly user: User; readonly room: Room }
  | {
    readonly kind: "left";
    readonly time: number;
    readonly user: User;
    readonly room: Room;
    readonly reason: string;
  }
  | { readonly kind: "quit"; readonly time: number; readonly user: User; readonly reason: string }
  | {
    readonly kind: "kicked";
    readonly time: number;
    readonly user: User;
    readonly room: Room;
    readonly by: User;
    readonly reason: string;
  }
  | {
    readonly kind: "renamed";
    readonly time: number;
    readonly user: User;
    readonly formerMask: string;
  }
  | { readonly kind: "account-changed"; readonly time: number; readonly user: User }
  | { readonly kind: "realname-changed"; readonly time: number; readonly user: User }
  | { readonly kind: "away-changed"; readonly time: number; readonly user: User }
  | {
    readonly kind: "user-modes-changed";
    readonly time: number;
    readonly user: User;
    readonly changes: readonly UserModeChange[];
  }
  | {
    readonly kind: "topic-changed";
    readonly time: number;
    readonly room: Room;
    readonly by: User;
  }
  | {
    readonly kind: "modes-changed";
    readonly time: number;
    readonly room: Room;
    readonly by: User;
    readonly changes: readonly ModeChange[];
  }
  | {
    readonly kind: "invited";
    readonly time: number;
    readonly room: Room;
    readonly by: User;
    readonly guest: User;
  }
  | { readonly kind: "came-online"; readonly time: number; readonly user: User }
  /** Nobody owns the room any more; no session hears of it. */
  | { readonly kind: "disowned"; readonly time: number; readonly room: Room };

/** Whether something said goes to a room. */
export function isRoom(target: Room | User): target is Room {
  return "members" in target;
}
