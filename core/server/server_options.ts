/**
 * Settings of a server.
 *
 * @module
 */
import type { Store } from "../store/store.ts";
import type { Deadlines } from "./context.ts";
import type { ServerPort, TlsPort } from "./ports.ts";

/** The usual deadlines. */
export const DEADLINES: Deadlines = {
  handshakeMs: 10_000,
  registrationMs: 60_000,
  signInMs: 10 * 60_000,
  pingAfterMs: 60_000,
  deadAfterMs: 120_000,
  doorMs: 500,
  refusalMs: 200,
};

/** Settings of {@linkcode startServer}. */
export interface ServerOptions {
  /** All doors, over TLS. */
  readonly tls?: TlsPort | undefined;
  /** All doors, not encrypted; and PTCHAT on UDP. */
  readonly plain?: ServerPort | undefined;
  /** Keeps accounts, rooms, bans and history; whoever opened it closes it. */
  readonly store: Store;
  /** The folder the database is in, whose disk is watched. */
  readonly dataFolder?: string | undefined;
  /** Connections at once. */
  readonly slots: number;
  /** Connections beyond these that are told why they are refused; {@linkcode MAX_REFUSALS} unless given. */
  readonly refusals?: number;
  /** Connections that may stay open though they were given up, where the listener has such; any number unless given. */
  readonly spare?: number | undefined;
  /** Whether people without an account may join and speak. */
  readonly guests: boolean;
  /** False lifts throttles and per-address limits: for load tests. */
  readonly limits: boolean;
  /** The server's name in IRC: a host name with a dot. */
  readonly name: string;
  /** How long what is said in rooms is kept, in milliseconds; for ever unless told. */
  readonly keepHistoryMs?: number | undefined;
  /** How many bytes the database may take before the oldest messages go; any number unless told. */
  readonly keepHistoryBytes?: number | undefined;
  /** The message of the day, line by line. */
  readonly motd?: readonly string[];
  /** Waits that differ from the usual ones; for tests. */
  readonly deadlines?: Partial<Deadlines>;
  /** Milliseconds that never go back; {@linkcode wakingClock} unless told. */
  readonly steadyNow?: () => number;
  /** Milliseconds since 1970; {@linkcode wallClock} unless told. */
  readonly wallNow?: () => number;
  /** PBKDF2 rounds of new passwords; tests take few. */
  readonly iterations?: number;
}
