/** A server in this process, on ports of its own, and clients for it. @module */
import "reflect-metadata";
import { makeCertificate } from "../../../core/identity/make_certificate.ts";
import { type ChatServer, startServer } from "../../../core/server/server.ts";
import type { ServerOptions } from "../../../core/server/server_options.ts";
import type { TlsPort } from "../../../core/server/ports.ts";
import { openStore, type SqliteStore } from "../../../core/store/sqlite/sqlite_store.ts";
import { Changes } from "../../helpers/changes.ts";
import { type Delay, delayedStore, FEW_TURNS } from "../store/delayed_store.ts";
import { IrcClient, type IrcClientOptions } from "../../helpers/irc_client.ts";
import { UdpClient } from "../../helpers/udp_client.ts";

/** What a test may want otherwise; a store is opened at `database`, in memory unless told. */
export type ServingOptions = Partial<Omit<ServerOptions, "tls" | "plain" | "store">> & {
  readonly database?: string;
  /** Makes each answer of the store a promise that settles later; {@linkcode STORE_DELAY} unless given. */
  readonly storeDelay?: Delay | undefined;
  /** What listens on the TLS port; `node:tls` unless given. */
  readonly listen?: TlsPort["listen"];
};

/** A running server, with ways in. */
export interface Serving extends AsyncDisposable {
  readonly server: ChatServer;
  readonly store: SqliteStore;
  readonly port: number;
  readonly plainPort: number;
  /** A connection that has said nothing yet. */
  connect(options?: Partial<IrcClientOptions>): Promise<IrcClient>;
  /** A UDP address that has said nothing yet. */
  callByUdp(from?: string): Promise<UdpClient>;
  /** A guest, or with a password the owner of the account `nick`. */
  enter(nick: string, options?: { caps?: string; password?: string }): Promise<IrcClient>;
  /** Waits until something is so that changes when somebody comes, goes or enters a door. */
  until(isTrue: () => boolean): Promise<void>;
  /** Makes an account, with the password {@linkcode PASSWORD}. */
  register(name: string): Promise<void>;
}

/** The password of every account in these tests. */
export const PASSWORD = "correct-horse-7";

/** Plain values, or, with `LATE_STORE=1` in the environment, a few turns of the event loop: for any test of the server. */
const STORE_DELAY = Deno.env.get("LATE_STORE") ? FEW_TURNS : undefined;

/** Rounds of a test's password: as few as clients agree to. */
export const ITERATIONS = 4096;

let pair: Promise<{ certPem: string; keyPem: string }> | undefined;

/** One certificate for all tests of a file. */
export function testPair(): Promise<{ certPem: string; keyPem: string }> {
  return pair ??= makeCertificate({ names: ["localhost", "127.0.0.1"], days: 1 });
}

/**
 * Starts a server for guests, without limits by default. A silent client is not greeted for a
 * long time: a slow client is not taken for a person at a line-based tool.
 */
export async function serving(
  { database = ":memory:", deadlines, listen, storeDelay = STORE_DELAY, ...options }:
    ServingOptions = {},
): Promise<Serving> {
  await using undo = new AsyncDisposableStack();
  const store = undo.use(openStore(database));
  const where = { hostname: "127.0.0.1", port: 0 };
  const server = undo.use(
    await startServer({
      tls: { ...where, pair: await testPair(), ...(listen && { listen }) },
      plain: where,
      store: storeDelay ? delayedStore(store, storeDelay) : store,
      slots: 100,
      guests: true,
      limits: false,
      name: "irc.test",
      iterations: ITERATIONS,
      deadlines: { doorMs: 600_000, ...deadlines },
      ...options,
    }),
  );
  const clients: AsyncDisposable[] = [];
  undo.defer(async () => {
    for (const client of clients) await client[Symbol.asyncDispose]();
  });
  const connect = async (choice: Partial<IrcClientOptions> = {}) => {
    const port = choice.plain ? server.plainPort : server.port;
    const client = await IrcClient.connect({ port, ...choice });
    clients.push(client);
    return client;
  };
  const callByUdp = async (from?: string) => {
    const client = await UdpClient.open({
      port: server.plainPort,
      ...(from !== undefined && { from }),
    });
    clients.push(client);
    return client;
  };
  const owned = undo.move();
  return {
    server,
    store,
    port: server.port,
    plainPort: server.plainPort,
    connect,
    callByUdp,
    until: comingsAndGoings(server),
    enter: async (nick, { caps = "", password } = {}) => {
      const client = await connect();
      return await client.enter(nick, {
        caps,
        ...(password !== undefined && { pass: `${nick}:${password}` }),
      });
    },
    register: async (name) => {
      const claim = { name, password: PASSWORD, address: "192.0.2.1" };
      const { state } = await server.context.accounts.register(claim);
      if (state !== "ok") throw new Error(`Cannot register ${name}: ${state}`);
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** Lets a test wait for what comes with connections, doors and users. */
function comingsAndGoings({ context: { connections, directory } }: ChatServer): Serving["until"] {
  const changes = new Changes();
  // Told when what is under way is done: a slot is given back a moment after its connection.
  const told = <A extends unknown[]>(act: (...args: A) => void) => (...args: A): void => {
    act(...args);
    queueMicrotask(() => changes.tell());
  };
  connections.add = told(connections.add.bind(connections));
  connections.delete = told(connections.delete.bind(connections));
  directory.add = told(directory.add.bind(directory));
  directory.cameOnline = told(directory.cameOnline.bind(directory));
  return (isTrue) => changes.until(isTrue);
}
