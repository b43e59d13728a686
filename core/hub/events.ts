/**
 * What happened, as facts: plain values, complete in themselves. A hub's state is a fold over its events, so that another
 * hub that applies the same events, in their order, has the same state. Every event survives `JSON.stringify()`.
 *
 * @module
 */

/** Names one session of one hub; unique among the hubs that share their events. */
export type SessionId = string;

/** A user at the time of an event. */
export interface UserFacts {
  readonly nick: string;
  /** The account signed in to; then `nick` is its name. */
  readonly account?: string | undefined;
  /** What IRC calls the user name: the part between `!` and `@`. */
  readonly username: string;
  readonly realname: string;
  /** Shown after `@`; never the real address. */
  readonly host: string;
  /** Reason, while away. */
  readonly away?: string | undefined;
  /** `nick!username@host`, kept since every line carries it. */
  readonly mask: string;
}

/** Which room an event is about. */
export interface RoomRef {
  readonly kind: "room";
  readonly name: string;
  /** Tells it from former rooms of the same name, whose history is not its own. */
  readonly life: number;
}

/** Which user a message is for. */
export interface UserRef {
  readonly kind: "user";
  readonly nick: string;
}

/** A room's topic. */
export interface Topic {
  readonly text: string;
  /** Nick of the user who set it. */
  readonly by: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** A room's modes, by IRC's letters: invite-only, moderated, no outside messages, secret, topic locked. */
export type RoomFlag = "i" | "m" | "n" | "s" | "t";

/** A user's modes, by IRC's letters: a bot, and invisible to users who share no room with them. */
export type UserMode = "B" | "i";

/** One change of a user's modes. */
export interface UserModeChange {
  readonly add: boolean;
  readonly letter: UserMode;
}

/** One change of a room's modes: `+o nick`, `-t`, `+k key`, ... */
export interface ModeChange {
  readonly add: boolean;
  readonly letter: string;
  readonly param?: string;
}

/** A room without its members: what outlives a restart. */
export interface SavedRoom {
  readonly name: string;
  readonly topic: Topic | undefined;
  /** The account that made it; it always is an operator. */
  readonly founder: string | undefined;
  /** Stays when it is empty although nobody owns it, as the lobby does. */
  readonly permanent: boolean;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** See {@linkcode RoomRef}. */
  readonly life: number;
  readonly key: string | undefined;
  readonly limit: number | undefined;
  readonly flags: readonly RoomFlag[];
  /** Masks (`nick!user@host` with `*` and `?`) of users who may not join. */
  readonly bans: readonly string[];
}

/** What was said: text for people, text that nothing may answer automatically, or tags alone. */
export type SaidKind = "message" | "notice" | "signal";

/** A user said something, to a room or to one user. */
export interface SaidEvent {
  readonly kind: "said";
  readonly time: number;
  /** Unique for ever; sorts nothing. */
  readonly id: string;
  readonly from: UserFacts;
  /** The session it came from: it receives its own message only if it asks to. */
  readonly origin: SessionId | undefined;
  readonly to: RoomRef | UserRef;
  readonly as: SaidKind;
  /** May hold `\n` where the sender's protocol allows several lines. Empty in a signal. */
  readonly text: string;
  /** Where the sender has cut the text into parts that belong together, as indexes into it, in ascending order. */
  readonly cuts: readonly number[];
  /** Client-only tags (`+name`), passed on unchanged. */
  readonly tags: Readonly<Record<string, string>>;
}

interface At {
  /** Milliseconds since the epoch. */
  readonly time: number;
}

/** What happened to a user, and concerns those who share a room with them. */
export type PresenceEvent =
  & At
  & (
    /** The first session of a user. */
    | { readonly kind: "came-online"; readonly user: UserFacts; readonly session: SessionId }
    /** One more session of a user. */
    | { readonly kind: "session-opened"; readonly user: UserFacts; readonly session: SessionId }
    /** A session ended, and the user has others. */
    | { readonly kind: "session-closed"; readonly user: UserFacts; readonly session: SessionId }
    /** The last session ended. */
    | { readonly kind: "quit"; readonly user: UserFacts; readonly reason: string }
    /** `user` has the new nick. */
    | { readonly kind: "renamed"; readonly user: UserFacts; readonly former: UserFacts }
    | {
      readonly kind: "account-changed" | "realname-changed" | "away-changed";
      readonly user: UserFacts;
    }
    | {
      readonly kind: "user-modes-changed";
      readonly user: UserFacts;
      readonly changes: readonly UserModeChange[];
    }
  );

/** What happened in a room. */
export type RoomEvent =
  & At
  & (
    /** There is a room now, with nobody in it yet. */
    | { readonly kind: "room-opened"; readonly room: RoomRef; readonly saved: SavedRoom }
    | {
      readonly kind: "joined";
      readonly user: UserFacts;
      readonly room: RoomRef;
      readonly op: boolean;
    }
    | {
      readonly kind: "left";
      readonly user: UserFacts;
      readonly room: RoomRef;
      readonly reason: string;
    }
    | {
      readonly kind: "kicked";
      readonly user: UserFacts;
      readonly room: RoomRef;
      readonly by: UserFacts;
      readonly reason: string;
    }
    | {
      readonly kind: "topic-changed";
      readonly room: RoomRef;
      readonly by: UserFacts;
      readonly topic?: Topic | undefined;
    }
    | {
      readonly kind: "modes-changed";
      readonly room: RoomRef;
      readonly by: UserFacts;
      readonly changes: readonly ModeChange[];
    }
    | {
      readonly kind: "invited";
      readonly room: RoomRef;
      readonly by: UserFacts;
      readonly guest: UserFacts;
      /** Whether an operator invites: then the guest may join once, whatever the modes say. */
      readonly admits: boolean;
    }
    /** Nobody owns the room any more; no session is notified. */
    | { readonly kind: "disowned"; readonly room: RoomRef }
  );

/** Everything that can happen. `time` is in milliseconds since the epoch. */
export type HubEvent = SaidEvent | PresenceEvent | RoomEvent;
