/**
 * Options of a server.
 *
 * @module
 */
import type { Store } from "../store/store.ts";
import type { Deadlines } from "./acts/context.ts";
import type { ServerPort, TlsPort } from "./ports.ts";

/** Default deadlines. */
export const DEADLINES: Deadlines = {
  handshakeMs: 10_000,
  registrationMs: 60_000,
  signInMs: 10 * 60_000,
  pingAfterMs: 60_000,
  deadAfterMs: 120_000,
  doorMs: 500,
  refusalMs: 200,
};

/** Options for {@linkcode startServer}. */
export interface ServerOptions {
  /** All doors, over TLS. */
  readonly tls?: TlsPort | undefined;
  /** All doors, unencrypted; and PTCHAT over UDP. */
  readonly plain?: ServerPort | undefined;
  /** Keeps accounts, rooms, bans and history; the caller closes it. */
  readonly store: Store;
  /** The folder of the database, whose free disk space is watched. */
  readonly dataFolder?: string | undefined;
  /** Connections open at once. */
  readonly slots: number;
  /** Refused connections open at once, to be sent the reason; by default {@linkcode MAX_REFUSALS}. */
  readonly refusals?: number;
  /** See {@linkcode ListenOptions.spare}. */
  readonly spare?: number | undefined;
  /** Whether guests are allowed. */
  readonly guests: boolean;
  /** False disables throttles and per-address limits: for load tests. */
  readonly limits: boolean;
  /** The server's name in IRC: a host name with a dot. */
  readonly name: string;
  /** How long messages in rooms are kept, in milliseconds; by default for ever. */
  readonly keepHistoryMs?: number | undefined;
  /** Size of the database above which the oldest messages are deleted; by default unlimited. */
  readonly keepHistoryBytes?: number | undefined;
  /** The message of the day, line by line. */
  readonly motd?: readonly string[];
  /** Overrides of {@linkcode DEADLINES}; for tests. */
  readonly deadlines?: Partial<Deadlines>;
  /** A monotonic clock, in milliseconds; by default {@linkcode wakingClock}. */
  readonly steadyNow?: () => number;
  /** Milliseconds since 1970; by default {@linkcode wallClock}. */
  readonly wallNow?: () => number;
  /** PBKDF2 rounds of new passwords; few in tests. */
  readonly iterations?: number;
}
