/**
 * A chat server: listeners, doors and what they share, put together and taken apart again.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import { Hub } from "../hub/hub.ts";
import { LOBBY } from "../irc/names.ts";
import type {
  Admission,
  Connection,
  Listener,
  ListenOptions,
  TlsKeyPair,
} from "../net/connection.ts";
import { listenNode } from "../net/node_listener.ts";
import { type Slot, Slots } from "../net/slots.ts";
import { makeThrottle, NO_LIMITS } from "../net/throttle.ts";
import { type Store, StoreError } from "../store/store.ts";
import { Accounts } from "./accounts.ts";
import type { Deadlines, ServerContext } from "./context.ts";
import { Directory } from "./directory.ts";
import { ALPN_PROTOCOLS, type DoorName, knock } from "./doors.ts";
import { httpDoor } from "./http_door.ts";
import { Faces } from "./irc/face.ts";
import { IrcSession } from "./irc/session.ts";
import { journalOf, savedRoom } from "./journal.ts";
import { type Refusal, refuse } from "./refusal.ts";
import { Relay } from "./relay.ts";
import { Turn } from "./turn.ts";

/** Deadlines unless told otherwise. */
export const DEADLINES: Deadlines = {
  handshakeMs: 10_000,
  registrationMs: 60_000,
  signInMs: 10 * 60_000,
  pingAfterMs: 60_000,
  deadAfterMs: 120_000,
  doorMs: 500,
};

/** Strangers' slots for one address, unless it's a tenth of all slots that is more. */
const STRANGERS_PER_ADDRESS = 20;
/** Connections that are being told that there is no slot; more are hung up on without a word. */
const MAX_REFUSALS = 64;

/** Settings of {@linkcode startServer}. */
export interface ServerOptions {
  readonly hostname: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly tls: TlsKeyPair;
  readonly store: Store;
  /** Connections at once. */
  readonly slots: number;
  /** Whether people without an account may join and speak. */
  readonly guests: boolean;
  /** False lifts throttles and per-address limits: for load tests. */
  readonly limits: boolean;
  /** The server's name in IRC. */
  readonly name: string;
  readonly motd?: readonly string[];
  /** What listens: {@linkcode listenNode} unless told. */
  readonly listen?: (options: ListenOptions) => Promise<Listener>;
  readonly deadlines?: Partial<Deadlines>;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** PBKDF2 rounds of new passwords; tests take few. */
  readonly iterations?: number;
}

const log = getLogger(["chat", "server"]);

/** A running server. */
export class ChatServer implements AsyncDisposable {
  #context: ServerContext & { motd: readonly string[] };
  #listeners: Listener[] = [];
  #faces = new Faces();
  #refusals = 0;
  #sweep: ReturnType<typeof setInterval>;
  #resources = new AsyncDisposableStack();
  #onIdle: (() => void) | undefined;

  /** For {@linkcode startServer}. */
  constructor({ store, now = Date.now, ...options }: ServerOptions) {
    const throttle = options.limits ? this.#resources.use(makeThrottle()) : NO_LIMITS;
    const turn = new Turn(() => commit(store));
    const directory = new Directory();
    const journal = journalOf({ store, directory, due: () => turn.schedule() });
    const hub = new Hub({ now, newId: idMaker(), observe: journal });
    for (const row of store.rooms()) hub.rooms.restore(savedRoom(row));
    if (!hub.rooms.find(LOBBY)) hub.rooms.restore(lobby(now()));
    const perAddress = Math.max(STRANGERS_PER_ADDRESS, options.slots / 10);
    this.#context = {
      name: options.name,
      guests: options.guests,
      hub,
      store,
      accounts: new Accounts({
        store,
        throttle,
        now,
        ...(options.iterations !== undefined && { iterations: options.iterations }),
      }),
      throttle,
      slots: new Slots({
        total: options.slots,
        strangersPerAddress: options.limits ? perAddress : Infinity,
      }),
      turn,
      directory,
      relay: new Relay(now),
      deadlines: { ...DEADLINES, ...options.deadlines },
      motd: options.motd ?? [],
      startedAt: now(),
      now,
    };
    this.#sweep = setInterval(() => this.#check(), 1_000);
  }

  /** Starts to listen. */
  async listen({ hostname, port, tls, listen = listenNode }: ServerOptions): Promise<void> {
    const listener = await listen({
      hostname,
      port,
      tls,
      alpn: ALPN_PROTOCOLS,
      handshakeMs: this.#context.deadlines.handshakeMs,
      admit: (address) => this.#admit(address),
      failed: (address, reason) =>
        log.debug("handshake failed: {address} {reason}", { address, reason }),
    });
    this.#listeners.push(listener);
  }

  /** The port of the first listener. */
  get port(): number {
    return this.#listeners[0]?.port ?? 0;
  }

  /** What the doors share: for commands that look into a running server. */
  get context(): ServerContext {
    return this.#context;
  }

  /** Shows another message of the day from now on. */
  setMotd(lines: readonly string[]): void {
    this.#context.motd = lines;
  }

  /** Uses another certificate for new connections. False where a listener's engine cannot. */
  replaceCertificate(pair: TlsKeyPair): boolean {
    return this.#listeners.every((listener) => listener.replaceCertificate(pair));
  }

  /** Tells everybody, sends what is pending, stores what is buffered, and closes: within `withinMs`. */
  async stop(reason: string, withinMs = 3_000): Promise<void> {
    clearInterval(this.#sweep);
    const { directory, turn } = this.#context;
    turn.finish();
    const idle = Promise.withResolvers<void>();
    this.#onIdle = idle.resolve;
    for (const visitor of [...directory.visitors]) visitor.close(reason);
    turn.finish();
    const timer = setTimeout(idle.resolve, withinMs);
    if (this.#context.slots.used > 0) await idle.promise;
    clearTimeout(timer);
    await Promise.all(this.#listeners.map((listener) => listener[Symbol.asyncDispose]()));
    await this.#resources.disposeAsync();
    turn.finish();
  }

  /** {@linkcode ChatServer.stop}, without having to say why. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.stop("Server is shutting down");
  }

  #admit(address: string): Admission | undefined {
    const { slots } = this.#context;
    let connection: Connection | undefined;
    let evicted = false;
    const answer = slots.take(address, () => {
      evicted = true;
      if (connection) this.#evict(connection);
    });
    if (answer.state !== "ok") {
      const refusal: Refusal = answer.state === "full"
        ? { reason: `server is full (${slots.used} of ${slots.total} slots in use)` }
        : { reason: "too many connections from your address" };
      log.warn("refused: {address}, {reason}", { address, ...refusal });
      return this.#refusing(refusal);
    }
    return {
      opened: (opened) => {
        connection = opened;
        if (evicted) opened.destroy();
        else this.#opened(opened, answer.slot);
      },
      released: () => {
        answer.slot.release();
        if (slots.used === 0) this.#onIdle?.();
      },
    };
  }

  #refusing(refusal: Refusal): Admission | undefined {
    if (this.#refusals >= MAX_REFUSALS) return undefined;
    this.#refusals++;
    return {
      opened: (connection) => refuse(connection, refusal),
      released: () => this.#refusals--,
    };
  }

  #evict(connection: Connection): void {
    for (const visitor of this.#context.directory.visitors) {
      if ("connection" in visitor && visitor.connection === connection) {
        return visitor.close("Slot needed by somebody else: sign in sooner");
      }
    }
    connection.destroy();
  }

  async #opened(connection: Connection, slot: Slot): Promise<void> {
    const { address } = connection;
    const allowed = await this.#context.throttle.take({ to: "connect", address });
    if (allowed.state === "limited") {
      log.warn("connections limited: {address}", { address });
      return refuse(connection, { reason: "connecting too fast" });
    }
    knock(connection, {
      silenceMs: this.#context.deadlines.doorMs,
      open: (door) => this.#open(door, connection, slot),
    });
  }

  #open(door: DoorName, connection: Connection, slot: Slot) {
    const { address } = connection;
    log.info("connected: {address} by {door}", { address, door });
    if (door === "http") return httpDoor(connection);
    if (door === "relay") return this.#context.relay.door(connection, slot);
    const session = new IrcSession({
      context: this.#context,
      connection,
      slot,
      faces: this.#faces,
      onClosed: (reason) => log.info("closed: {address}, {reason}", { address, reason }),
    });
    this.#context.directory.add(session);
    return session;
  }

  #check(): void {
    const now = this.#context.now();
    this.#context.relay.check();
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
  const server = new ChatServer(options);
  try {
    await server.listen(options);
    return server;
  } catch (error) {
    await server.stop("Cannot listen");
    throw error;
  }
}

function commit(store: Store): void {
  if (store.pending === 0) return;
  try {
    store.commit();
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    log.error("history is not written, {count} messages wait: {error}", {
      count: store.pending,
      error: error.message,
    });
  }
}

/** Ids that grow with time and never come twice, also not after a restart within the same millisecond. */
function idMaker(): (time: number) => string {
  const instance = crypto.getRandomValues(new Uint8Array(4)).toHex();
  let count = 0;
  return (time) => `${time.toString(36)}-${instance}-${(count++).toString(36)}`;
}

function lobby(createdAt: number) {
  return {
    name: LOBBY,
    topic: undefined,
    founder: undefined,
    permanent: true,
    createdAt,
    flags: ["n"] as const,
    bans: [],
    key: undefined,
    limit: undefined,
  };
}
