/**
 * A chat server: listeners, doors and what they share, put together and taken apart again.
 *
 * @module
 */
import { wakingClock, wallClock } from "../clock.ts";
import { Hub } from "../hub/hub.ts";
import { KnownAddresses } from "./known_addresses.ts";
import { LOBBY } from "../irc/names.ts";
import { whenReady } from "../maybe_promise.ts";
import { messageIds } from "../message_id.ts";
import type { TlsKeyPair } from "../net/connection.ts";
import { Slots } from "../net/slots.ts";
import { makeThrottle, NO_LIMITS } from "../net/throttle.ts";
import type { SqliteStore } from "../store/sqlite_store.ts";
import { FIRST_LIFE } from "../store/store.ts";
import { Accounts } from "./accounts.ts";
import { Bans } from "./bans.ts";
import { Connections } from "./connections.ts";
import type { Deadlines, ServerContext } from "./context.ts";
import { Counters } from "./counters.ts";
import { SessionDirectory } from "./session_directory.ts";
import { DiskWatch } from "./disk_space.ts";
import { HistoryWriter } from "./history_writer.ts";
import { journalOf } from "./journal.ts";
import { serverDoors } from "./doors/table.ts";
import { Gate } from "./gate.ts";
import { Reception } from "./reception.ts";
import { watchLoop } from "./loop_delay.ts";
import { Ports, type ServerPort, type TlsPort } from "./ports.ts";
import { relayLimits, RelayServer } from "./relay.ts";
import { RoomKeeper, savedRoom } from "./room_keeper.ts";
import { Retention } from "./retention.ts";
import { readStoredState, type StoredState } from "./stored_state.ts";
import { Turn } from "./turn.ts";

/** Deadlines unless told otherwise. */
export const DEADLINES: Deadlines = {
  handshakeMs: 10_000,
  registrationMs: 60_000,
  signInMs: 10 * 60_000,
  pingAfterMs: 60_000,
  deadAfterMs: 120_000,
  doorMs: 500,
  refusalMs: 200,
};

/** Strangers' slots for one address, unless it's a tenth of all slots that is more. */
const STRANGERS_PER_ADDRESS = 20;

/** Above {@linkcode FIRST_LIFE}; so many that two rooms of one name will not have the same one. */
const newRoomLife = () => 2 + (crypto.getRandomValues(new Uint32Array(1))[0]! >>> 2);

/** For load tests. */
const NO_RELAY_LIMITS = { perAccount: Infinity, inAll: Infinity };

/** Settings of {@linkcode startServer}. */
export interface ServerOptions {
  /** All doors, over TLS. */
  readonly tls?: TlsPort | undefined;
  /** All doors, not encrypted; and PTCHAT on UDP. */
  readonly plain?: ServerPort | undefined;
  /** Keeps accounts, rooms, bans and history; whoever opened it closes it. */
  readonly store: SqliteStore;
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

/** A running server. */
export class ChatServer implements AsyncDisposable {
  #context: ServerContext & { motd: readonly string[] };
  #ports: Ports;
  #gate: Gate;
  #reception: Reception;
  #retention: Retention;
  #rooms: RoomKeeper;
  #sweep: ReturnType<typeof setInterval>;
  #resources = new AsyncDisposableStack();
  #isStopping = false;

  /** For {@linkcode startServer}. */
  constructor(
    { store, steadyNow = wakingClock(), wallNow = wallClock(), ...options }: ServerOptions,
    stored: StoredState,
  ) {
    const throttle = options.limits ? this.#resources.use(makeThrottle({ steadyNow })) : NO_LIMITS;
    const counters = new Counters();
    const bans = new Bans({ store: store.rooms, stored: stored.bans, now: wallNow });
    const known = new KnownAddresses({ store: store.accounts, stored: stored.known, wallNow });
    const writer = new HistoryWriter({ store, steadyNow, tookMs: counters.commitMs });
    const turn = new Turn({
      store: () => whenReady(writer.commit(), () => this.#rooms.settled),
      sent: () => writer.tidy(),
    });
    const directory = new SessionDirectory();
    this.#rooms = new RoomKeeper({ store: store.rooms, steadyNow });
    const journal = journalOf({
      store,
      rooms: this.#rooms,
      findRoom: (name) => hub.rooms.find(name),
      directory,
      counters,
      due: () => turn.schedule(),
    });
    const hub: Hub = new Hub({
      steadyNow,
      wallNow,
      newId: messageIds(stored.lastStamp),
      newLife: newRoomLife,
      observe: journal,
    });
    for (const row of stored.rooms) hub.rooms.restore(savedRoom(row));
    if (!hub.rooms.find(LOBBY)) hub.rooms.restore(lobby(wallNow()));
    const perAddress = Math.max(STRANGERS_PER_ADDRESS, options.slots / 10);
    this.#context = {
      name: options.name,
      guests: options.guests,
      hub,
      store,
      accounts: new Accounts({
        store,
        serverName: options.name,
        throttle,
        bans,
        counters,
        known,
        sessions: {
          countOf: (account) => directory.sessionsOf(account).length,
          most: options.limits ? sessionsPerAccount(options.slots) : Infinity,
        },
        steadyNow,
        wallNow,
        ...(options.iterations !== undefined && { iterations: options.iterations }),
      }),
      throttle,
      known,
      slots: new Slots({
        total: options.slots,
        steadyNow,
        strangersPerAddress: options.limits ? perAddress : Infinity,
      }),
      turn,
      bans,
      connections: new Connections(),
      counters,
      writer,
      directory,
      disk: new DiskWatch({ folder: options.dataFolder, steadyNow }),
      relay: new RelayServer(
        steadyNow,
        options.limits ? relayLimits(options.slots) : NO_RELAY_LIMITS,
      ),
      deadlines: { ...DEADLINES, ...options.deadlines },
      motd: options.motd ?? [],
      startedAt: steadyNow(),
      steadyNow,
      wallNow,
    };
    const context = this.#context;
    const gate = this.#gate = new Gate(context);
    const doors = serverDoors(context);
    const reception = new Reception({ context, gate, doors, maxRefusals: options.refusals });
    this.#reception = reception;
    this.#ports = new Ports({ context, gate, reception, spare: options.spare });
    this.#retention = new Retention({
      ...{ upkeep: store.upkeep, notedTime: stored.notedTime, steadyNow, wallNow },
      keepMs: options.keepHistoryMs,
      keepBytes: options.keepHistoryBytes,
    });
    this.#sweep = setInterval(() => this.#check(), 1_000);
    this.#resources.use(watchLoop(counters.loopDelayMs));
  }

  /** Starts to listen. */
  listen(ports: Pick<ServerOptions, "tls" | "plain">): Promise<void> {
    return this.#ports.open(ports);
  }

  /** The TLS port; 0 without one. */
  get port(): number {
    return this.#ports.tlsPort;
  }

  /** The port that is not encrypted; 0 without one. */
  get plainPort(): number {
    return this.#ports.plainPort;
  }

  /** What the doors share: for commands that look into a running server. */
  get context(): ServerContext {
    return this.#context;
  }

  /** Why the server cannot do all its work now; `undefined` when it can. */
  get trouble(): string | undefined {
    if (this.#isStopping) return "stopping";
    return this.#ports.trouble ??
      (this.#context.writer.isFailing ? "history cannot be written" : undefined);
  }

  /** Shows another message of the day from now on. */
  setMotd(lines: readonly string[]): void {
    this.#context.motd = lines;
  }

  /** Uses another certificate for new connections. False where the engine cannot. */
  replaceCertificate(pair: TlsKeyPair): boolean {
    return this.#ports.replaceCertificate(pair);
  }

  /** Tells everybody, sends what is pending, stores what is buffered, and closes: within `withinMs`. */
  async stop(reason: string, withinMs = 3_000): Promise<void> {
    this.#isStopping = true;
    clearInterval(this.#sweep);
    const { connections, directory, turn, writer } = this.#context;
    await turn.finish();
    const idle = Promise.withResolvers<void>();
    this.#reception.close();
    this.#gate.onIdle = idle.resolve;
    for (const visitor of [...directory.visitors]) visitor.close(reason);
    connections.hangUp(() => true, reason);
    await turn.finish();
    await this.#ports.closeUdp();
    const timer = setTimeout(idle.resolve, withinMs);
    if (this.#context.slots.used > 0) await idle.promise;
    clearTimeout(timer);
    await this.#ports[Symbol.asyncDispose]();
    await this.#retention[Symbol.asyncDispose]();
    await this.#context.disk[Symbol.asyncDispose]();
    await this.#resources.disposeAsync();
    await turn.finish();
    await writer.commit(true);
    await writer.idle();
    this.#rooms.retry();
    await this.#rooms.settled;
    await this.#context.known.settled;
  }

  /** {@linkcode ChatServer.stop}, without having to say why. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.stop("Server is shutting down");
  }

  #check(): void {
    const now = this.#context.steadyNow();
    this.#context.relay.check();
    this.#context.writer.commit();
    this.#rooms.retry();
    this.#retention.check();
    this.#context.disk.check();
    for (const visitor of [...this.#context.directory.visitors]) visitor.check(now);
  }
}

/**
 * Starts a server.
 *
 * The store stays the caller's: it is closed after the server was stopped.
 *
 * @throws {Error} With the `code` `EADDRINUSE`, `EACCES`, ... when the port cannot be had.
 *
 * Needs `--allow-net`.
 */
export async function startServer(options: ServerOptions): Promise<ChatServer> {
  const server = new ChatServer(options, await readStoredState(options.store));
  try {
    await server.listen(options);
    return server;
  } catch (error) {
    await server.stop("Cannot listen");
    throw error;
  }
}

/** Never made anew, whatever becomes of its row in the database: all that was said there is its history. */
const LOBBY_LIFE = FIRST_LIFE;

function lobby(createdAt: number) {
  return {
    name: LOBBY,
    topic: undefined,
    founder: undefined,
    permanent: true,
    createdAt,
    life: LOBBY_LIFE,
    flags: ["n"] as const,
    bans: [],
    key: undefined,
    limit: undefined,
  };
}

/** One account may have half of the slots, and four of a few, but leaves one to others: a group may share an account. */
function sessionsPerAccount(slots: number): number {
  return Math.max(1, Math.min(slots - 1, Math.max(4, Math.floor(slots / 2))));
}
