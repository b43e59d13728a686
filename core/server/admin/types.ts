/**
 * What the owner of a server can ask it, and what it answers. Times are in milliseconds since the epoch.
 *
 * @module
 */
import type { Ban } from "../../store/store.ts";
import type { BannedName } from "../acts/moderate.ts";

/** Slots of the server. */
export interface SlotCount {
  /** In use. */
  readonly used: number;
  /** There are. */
  readonly total: number;
}

/** Somebody who is here. */
export interface UserView {
  /** Nick, and account unless `guest`. */
  readonly name: string;
  /** Whether there is no account. */
  readonly guest: boolean;
  /** When they came. */
  readonly since: number;
  /** When they last said something. */
  readonly lastSaidAt: number;
  /** Why, while away. */
  readonly away?: string | undefined;
  /** The doors of their connections. */
  readonly doors: readonly string[];
  /** Where they come from. */
  readonly addresses: readonly string[];
  /** How many rooms they are in. */
  readonly rooms: number;
}

/** One connection. */
export interface ConnectionView {
  /** `undefined` while it has not shown which it wants. */
  readonly door?: string | undefined;
  /** What carries it: `tls`, `tcp`, `udp`; `new` while the handshake lasts. */
  readonly transport: string;
  /** IP address of the other end. */
  readonly address: string;
  /** When it came. */
  readonly since: number;
  /** The nick of whoever is on it. */
  readonly name?: string | undefined;
  /** The account that is signed in. */
  readonly account?: string | undefined;
  /** Bytes that wait to be sent. */
  readonly pendingBytes: number;
}

/** One room. */
export interface RoomView {
  /** With its `#`. */
  readonly name: string;
  /** How many are in it. */
  readonly users: number;
  /** The account that owns it. */
  readonly founder?: string | undefined;
  /** What it is about. */
  readonly topic?: string | undefined;
}

/** How long something took, in milliseconds. */
export interface DurationFigures {
  /** 99 of 100 stayed within. */
  readonly p99: number;
  /** The longest. */
  readonly max: number;
}

/** Counts by name. */
export type Counts = Readonly<Record<string, number>>;

/** Figures of a server since its start. */
export interface ServerStats {
  /** The program's. */
  readonly version: string;
  /** The server's name. */
  readonly server: string;
  /** When it started. */
  readonly startedAt: number;
  /** Registered. */
  readonly accounts: number;
  /** Here now. */
  readonly users: number;
  /** There are now. */
  readonly rooms: number;
  /** In use, and in all. */
  readonly slots: SlotCount;
  /** There are now, by door. */
  readonly connections: Counts;
  /** Said to rooms. */
  readonly roomMessages: number;
  /** Said to one user, through the server. */
  readonly privateMessages: number;
  /** Messages handed to sessions. */
  readonly deliveries: number;
  /** Received, without TLS's own. */
  readonly bytesIn: number;
  /** Sent, without TLS's own. */
  readonly bytesOut: number;
  /** By what became of them. */
  readonly signIns: Counts;
  /** By what became of them. */
  readonly registrations: Counts;
  /** Connections turned away, by reason. */
  readonly refused: Counts;
  /** That hold now. */
  readonly bans: number;
  /** Messages that wait for the database. */
  readonly historyBacklog: number;
  /** Whether the database cannot be written to. */
  readonly historyFailing: boolean;
  /** Size of the database. */
  readonly storeBytes: number;
  /** The disk it is on, where the system tells. */
  readonly disk?:
    | { readonly freeBytes: number; readonly totalBytes: number; readonly isLow: boolean }
    | undefined;
  /** Commits of the database. */
  readonly commitMs: DurationFigures;
  /** Delays of the event loop. */
  readonly loopDelayMs: DurationFigures;
  /** Resident memory. */
  readonly memoryBytes: number;
}

/** A question without anything to it. */
export type EmptyAnswer = Readonly<Record<never, never>>;

/** What belongs to each question. */
export interface AdminQuestions {
  /** Who is here. */
  readonly "users": EmptyAnswer;
  /** What is connected. */
  readonly "connections": EmptyAnswer;
  /** Which rooms there are. */
  readonly "rooms": EmptyAnswer;
  /** Who is kept out. */
  readonly "bans": EmptyAnswer;
  /** Figures. */
  readonly "stats": EmptyAnswer;
  /** Closes all connections of a user. */
  readonly "kick": { readonly name: string; readonly reason: string };
  /** Keeps somebody out: for `forMs` milliseconds, or for ever. */
  readonly "ban": Pick<Ban, "kind" | "mask" | "reason"> & { readonly forMs?: number | undefined };
  /** Lifts a ban. */
  readonly "unban": Pick<Ban, "kind" | "mask">;
  /** Gives an account another password. */
  readonly "reset-password": { readonly name: string; readonly password: string };
  /** Tells everybody something. */
  readonly "announce": { readonly text: string };
  /** Copies the database to a new file: an absolute path, where the server may write. */
  readonly "backup": {
    readonly path: string;
    /** Where whoever asks will bring the copy, for the log. */
    readonly file?: string | undefined;
  };
}

/** The questions' names. */
export type AdminCommand = keyof AdminQuestions;

/** How many connections were closed. */
export interface ClosedCount {
  /** Of all doors. */
  readonly closed: number;
}

/** What is answered to each question. */
export interface AdminAnswers {
  /** In order of arrival. */
  readonly "users": readonly UserView[];
  /** Oldest first. */
  readonly "connections": {
    readonly slots: SlotCount;
    readonly connections: readonly ConnectionView[];
  };
  /** In order of making. */
  readonly "rooms": readonly RoomView[];
  /** Oldest first. */
  readonly "bans": readonly BanView[];
  /** As of now. */
  readonly "stats": ServerStats;
  /** Those of the user. */
  readonly "kick": ClosedCount;
  /** Those of whom it is for. */
  readonly "ban": ClosedCount & {
    readonly ban: BanView;
    /** Whom the name of an account's ban belongs to now. */
    readonly named?: BannedName | undefined;
  };
  /** Done. */
  readonly "unban": EmptyAnswer;
  /** Those that came with the old password. */
  readonly "reset-password": ClosedCount & { readonly account: string };
  /** How many connections were told. */
  readonly "announce": { readonly told: number };
  /** Where the copy is, and its size. */
  readonly "backup": { readonly path: string; readonly bytes: number };
}

/** A ban; one for ever has no end. */
export type BanView = Omit<Ban, "until"> & { readonly until?: number | undefined };

/** One question, as it goes over the socket. */
export type AdminRequest = {
  [C in AdminCommand]: { readonly v: 1; readonly command: C } & AdminQuestions[C];
}[AdminCommand];
