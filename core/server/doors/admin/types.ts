/**
 * Requests of `chat admin` and their answers. Times are in milliseconds since the epoch.
 *
 * @module
 */
import type { Ban } from "../../../store/store.ts";
import type { BannedName } from "../../acts/moderate.ts";

/** Slots of the server. */
export interface SlotCount {
  /** Slots in use. */
  readonly used: number;
  /** All slots. */
  readonly total: number;
}

/** A user who is online. */
export interface UserView {
  /** Nick, and account unless `guest`. */
  readonly name: string;
  /** Whether the user has no account. */
  readonly guest: boolean;
  /** When the user came online. */
  readonly since: number;
  /** Time of the last message. */
  readonly lastSaidAt: number;
  /** The away text; absent unless away. */
  readonly away?: string | undefined;
  /** The doors of the user's connections. */
  readonly doors: readonly string[];
  /** The addresses of the user's connections. */
  readonly addresses: readonly string[];
  /** Number of rooms the user is in. */
  readonly rooms: number;
}

/** One connection. */
export interface ConnectionView {
  /** `undefined` until the protocol is detected. */
  readonly door?: string | undefined;
  /** `tls`, `tcp` or `udp`; `new` during the handshake. */
  readonly transport: string;
  /** IP address of the other end. */
  readonly address: string;
  /** When it was opened. */
  readonly since: number;
  /** The user's nick. */
  readonly name?: string | undefined;
  /** The account signed in to. */
  readonly account?: string | undefined;
  /** Bytes queued for sending. */
  readonly pendingBytes: number;
}

/** One room. */
export interface RoomView {
  /** With its `#`. */
  readonly name: string;
  /** Number of users in it. */
  readonly users: number;
  /** The account that owns it. */
  readonly founder?: string | undefined;
  /** Its topic. */
  readonly topic?: string | undefined;
}

/** Durations in milliseconds. */
export interface DurationFigures {
  /** 99th percentile. */
  readonly p99: number;
  /** Maximum. */
  readonly max: number;
}

/** Counts by name. */
export type Counts = Readonly<Record<string, number>>;

/** Statistics of a server since its start. */
export interface ServerStats {
  /** Version of the program. */
  readonly version: string;
  /** The server's name. */
  readonly server: string;
  /** When it started. */
  readonly startedAt: number;
  /** Registered accounts. */
  readonly accounts: number;
  /** Users online. */
  readonly users: number;
  /** Rooms. */
  readonly rooms: number;
  /** Slots in use, and all slots. */
  readonly slots: SlotCount;
  /** Open connections, by door. */
  readonly connections: Counts;
  /** Messages to rooms. */
  readonly roomMessages: number;
  /** Private messages through the server. */
  readonly privateMessages: number;
  /** Messages delivered to sessions. */
  readonly deliveries: number;
  /** Bytes received, without the overhead of TLS. */
  readonly bytesIn: number;
  /** Bytes sent, without the overhead of TLS. */
  readonly bytesOut: number;
  /** Sign-ins by outcome. */
  readonly signIns: Counts;
  /** Registrations by outcome. */
  readonly registrations: Counts;
  /** Refused connections, by reason. */
  readonly refused: Counts;
  /** Bans in force. */
  readonly bans: number;
  /** Messages waiting for the database. */
  readonly historyBacklog: number;
  /** Whether the database cannot be written to. */
  readonly historyFailing: boolean;
  /** Size of the database in bytes. */
  readonly storeBytes: number;
  /** Space of the database's disk, if known. */
  readonly disk?:
    | { readonly freeBytes: number; readonly totalBytes: number; readonly isLow: boolean }
    | undefined;
  /** Duration of database commits. */
  readonly commitMs: DurationFigures;
  /** Event loop delay. */
  readonly loopDelayMs: DurationFigures;
  /** Resident memory in bytes. */
  readonly memoryBytes: number;
}

/** A request or answer without fields. */
export type EmptyAnswer = Readonly<Record<never, never>>;

/** The fields of each request. */
export interface AdminQuestions {
  /** Lists users who are online. */
  readonly "users": EmptyAnswer;
  /** Lists connections. */
  readonly "connections": EmptyAnswer;
  /** Lists rooms. */
  readonly "rooms": EmptyAnswer;
  /** Lists bans. */
  readonly "bans": EmptyAnswer;
  /** Returns statistics. */
  readonly "stats": EmptyAnswer;
  /** Closes all connections of a user. */
  readonly "kick": { readonly name: string; readonly reason: string };
  /** Sets a ban, for `forMs` milliseconds or without an end. */
  readonly "ban": Pick<Ban, "kind" | "mask" | "reason"> & { readonly forMs?: number | undefined };
  /** Lifts a ban. */
  readonly "unban": Pick<Ban, "kind" | "mask">;
  /** Sets another password of an account. */
  readonly "reset-password": { readonly name: string; readonly password: string };
  /** Sends a notice to everybody. */
  readonly "announce": { readonly text: string };
  /** Copies the database to a new file: an absolute path that the server may write to. */
  readonly "backup": {
    readonly path: string;
    /** Final path of the copy, for the log. */
    readonly file?: string | undefined;
  };
}

/** The names of the commands. */
export type AdminCommand = keyof AdminQuestions;

/** Number of closed connections. */
export interface ClosedCount {
  /** Over all doors. */
  readonly closed: number;
}

/** The answer to each request. */
export interface AdminAnswers {
  /** In order of arrival. */
  readonly "users": readonly UserView[];
  /** Oldest first. */
  readonly "connections": {
    readonly slots: SlotCount;
    readonly connections: readonly ConnectionView[];
  };
  /** In order of creation. */
  readonly "rooms": readonly RoomView[];
  /** Oldest first. */
  readonly "bans": readonly BanView[];
  /** Current values. */
  readonly "stats": ServerStats;
  /** Connections of the user. */
  readonly "kick": ClosedCount;
  /** Connections that match the ban. */
  readonly "ban": ClosedCount & {
    readonly ban: BanView;
    /** For a ban of an account: who has the name now. */
    readonly named?: BannedName | undefined;
  };
  /** The ban was lifted. */
  readonly "unban": EmptyAnswer;
  /** Connections signed in with the old password. */
  readonly "reset-password": ClosedCount & { readonly account: string };
  /** Number of connections that got the notice. */
  readonly "announce": { readonly told: number };
  /** Path and size of the copy. */
  readonly "backup": { readonly path: string; readonly bytes: number };
}

/** A ban; `until` is absent if it has no end. */
export type BanView = Omit<Ban, "until"> & { readonly until?: number | undefined };

/** One request on the socket. */
export type AdminRequest = {
  [C in AdminCommand]: { readonly v: 1; readonly command: C } & AdminQuestions[C];
}[AdminCommand];
