/**
 * The parts of a server that all doors share.
 *
 * @module
 */
import type { Slots } from "../../net/slots.ts";
import type { Throttle } from "../../net/throttle.ts";
import type { Store } from "../../store/store.ts";
import type { Accounts } from "../accounts/accounts.ts";
import type { Bans } from "../accounts/bans.ts";
import type { KnownAddresses } from "../accounts/known_addresses.ts";
import type { Connections } from "../common/connections.ts";
import type { Counters } from "../common/counters.ts";
import type { SessionDirectory } from "../common/session_directory.ts";
import type { Turn } from "../common/turn.ts";
import type { ReceptionDeadlines } from "../gate/reception.ts";
import type { Hub } from "../hub/hub.ts";
import type { User } from "../hub/types.ts";
import type { DiskWatch } from "../keep/disk_space.ts";
import type { HistoryWriter } from "../keep/history_writer.ts";

/** Timeouts of a connection, in milliseconds. */
export interface Deadlines extends ReceptionDeadlines {
  /** TLS handshake. */
  readonly handshakeMs: number;
  /** From the first byte to being registered (`NICK`, `USER`, ...). */
  readonly registrationMs: number;
  /** Registered, but neither signed in nor an allowed guest. */
  readonly signInMs: number;
  /** Silence after which a `PING` is sent. */
  readonly pingAfterMs: number;
  /** Silence after which the connection counts as dead. */
  readonly deadAfterMs: number;
}

/** The relay, as acts and commands use it. */
export interface RelayRendezvous {
  /** Announces a rendezvous for two clients of an account. Both may announce it. */
  announce(account: string, rendezvous: string): "ok" | "malformed" | "too-many";
  /** Closes all connections at rendezvous of this account. @returns their number. */
  hangUp(account: string): number;
}

/** The shared parts. */
export interface ServerContext {
  /** The server's name in IRC's source field. */
  readonly name: string;
  /** Whether users without an account may join and speak. */
  readonly guests: boolean;
  readonly hub: Hub;
  readonly store: Store;
  readonly accounts: Accounts;
  readonly throttle: Throttle;
  readonly known: KnownAddresses;
  readonly slots: Slots;
  readonly turn: Turn;
  readonly bans: Bans;
  readonly connections: Connections;
  readonly counters: Counters;
  readonly writer: HistoryWriter;
  readonly directory: SessionDirectory;
  readonly disk: DiskWatch;
  readonly relay: RelayRendezvous;
  readonly deadlines: Deadlines;
  /** Lines of the message of the day; may be empty. */
  readonly motd: readonly string[];
  /** When the server started, by {@linkcode ServerContext.steadyNow}. */
  readonly startedAt: number;
  /** Monotonic clock in milliseconds, for durations and deadlines. Every `...At` of the server is of this clock. */
  readonly steadyNow: () => number;
  /** Wall clock in milliseconds since 1970, which may be wrong: only for times that are shown. */
  readonly wallNow: () => number;
}

/** The wall clock time of an event at `steadyAt`, in milliseconds since 1970. */
export function wallTimeOf(
  { steadyNow, wallNow }: Pick<ServerContext, "steadyNow" | "wallNow">,
  steadyAt: number,
): number {
  return Math.round(wallNow() - (steadyNow() - steadyAt));
}

/** Whole seconds since a user's last message. */
export function idleSeconds({ steadyNow }: Pick<ServerContext, "steadyNow">, user: User): number {
  return Math.floor(Math.max(0, steadyNow() - user.spokeAt) / 1000);
}
