/**
 * Events as facts: plain values, complete in themselves. A hub's state is a fold over its events, so that another
 * hub that applies the same events, in order, has the same state. Every event survives `JSON.stringify()`.
 *
 * @module
 */

/** Identifies a session; unique among the hubs that share their events. */
export type SessionId = string;

/** A user at the time of an event. */
export interface UserFacts {
  readonly nick: string;
  /** The account signed in to; then `nick` is its name. */
  readonly account?: string | undefined;
  /** IRC's user name: the part between `!` and `@`. */
  readonly username: string;
  readonly realname: string;
  /** Shown after `@`; never the real address. */
  readonly host: string;
  /** The away text, while away. */
  readonly away?: string | undefined;
  /** `nick!username@host`, stored since every line contains it. */
  readonly mask: string;
}

/** Identifies a room in an event. */
export interface RoomRef {
  readonly kind: "room";
  readonly name: string;
  /** Distinguishes it from former rooms of the same name, whose history it does not share. */
  readonly life: number;
}

/** The user a message is for. */
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

/** A room without its members, as stored across restarts. */
export interface SavedRoom {
  readonly name: string;
  readonly topic: Topic | undefined;
  /** The account that created and owns it, always an operator. */
  readonly founder: string | undefined;
  /** Whether it stays when it is empty and has no owner, like the lobby. */
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

/** Kind of a message: text, text that must not be answered automatically, or tags only. */
export type SaidKind = "message" | "notice" | "signal";

/** A message to a room or to one user. */
export interface SaidEvent {
  readonly kind: "said";
  readonly time: number;
  /** Unique; not sortable. */
  readonly id: string;
  readonly from: UserFacts;
  /** The session that sent it, which receives its own message only on request (`echo-message`). */
  readonly origin: SessionId | undefined;
  readonly to: RoomRef | UserRef;
  readonly as: SaidKind;
  /** May contain `\n` if the sender's protocol allows several lines. Empty in a signal. */
  readonly text: string;
  /** Where the sender has split the text into concatenated parts, as ascending indexes into it. */
  readonly cuts: readonly number[];
  /** Client-only tags (`+name`), forwarded unchanged. */
  readonly tags: Readonly<Record<string, string>>;
}

interface At {
  /** Milliseconds since the epoch. */
  readonly time: number;
}

/** Events of a user, for those who share a room with them. */
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

/** Events of a room. */
export type RoomEvent =
  & At
  & (
    /** A room was created, without members. */
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
      /** Whether an operator invited: then the guest may join once in spite of the modes. */
      readonly admits: boolean;
    }
    /** The room has no owner any more; no session is notified. */
    | { readonly kind: "disowned"; readonly room: RoomRef }
  );

/** Any event. `time` is in milliseconds since the epoch. */
export type HubEvent = SaidEvent | PresenceEvent | RoomEvent;
