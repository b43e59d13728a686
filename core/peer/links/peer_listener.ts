/**
 * The listener of this client, opened when first needed. Each connection has a few seconds for TLS and a hello;
 * connections that send nothing, garbage or a false hello are closed (for the limits of that see StuckSockets).
 *
 * @module
 */
import { type Clock, runWithin } from "../../ground/clock.ts";
import type { Identity } from "../../identity/identity.ts";
import { tryClose } from "../../net/try_close.ts";
import { type Candidate, formatAddress } from "./address.ts";
import { listenDenoLinks } from "./deno_link_listener.ts";
import { type Hello, minorOf, type MinorVersion, PEER_ALPN, readHello } from "./hello.ts";
import { LinkReader } from "./json_lines.ts";
import type { LinkConn } from "./link.ts";
import type { AcceptedSocket, LinkListener, LinkListenerOptions } from "./link_listener.ts";
import { listenNodeLinks } from "./node_link_listener.ts";
import { closeOn } from "./sockets.ts";
import type { StuckSockets } from "./stuck_sockets.ts";

/** Time limit for an unverified caller, from the first packet to the answer to its hello. */
export const GREETING_MS = 5_000;
/** Most unverified callers at once; for another, the oldest is closed. */
export const MAX_UNPROVED = 64;

/**
 * The traffic of a link, which determines the listener: `prompt` for data that people wait for, and everything that this
 * side sends in bulk; `bulk` for what it receives in bulk.
 */
export type LinkTraffic = "prompt" | "bulk";

/** A caller that has sent a hello. Nothing is verified yet. */
export interface UnverifiedCaller {
  /** The connection, its handshake done. */
  readonly conn: LinkConn;
  /** Its reader, positioned after the hello. */
  readonly reader: LinkReader;
  /** The hello. */
  readonly hello: Hello;
  /** The minor version that both sides support. */
  readonly minor: MinorVersion;
  /** The caller's address; for a caller through the relay, the loopback port of its splice. */
  readonly from: Candidate;
}

/** Options for a {@linkcode PeerListener}. */
export interface PeerListenerOptions {
  /** Our certificate and key. */
  readonly identity: Identity;
  /** Clock for the deadlines. */
  readonly clock: Clock;
  /** Connections that could not be closed. */
  readonly stuck: StuckSockets;
  /** By default `::` (all addresses, including IPv4), or `0.0.0.0` without IPv6. */
  readonly host?: string | undefined;
  /** By default 0: chosen by the system. A fixed port serves all traffic. */
  readonly port?: number | undefined;
  /** Decides whether to admit the caller; if so, owns the connection. */
  readonly admit: (guest: UnverifiedCaller) => Promise<boolean>;
}

/** Listens for other clients. */
export class PeerListener implements AsyncDisposable {
  readonly #options: PeerListenerOptions;
  readonly #closing = new AbortController();
  readonly #unproved = new Set<AcceptedSocket>();
  readonly #greetings = new Set<Promise<void>>();
  readonly #entrances = new Map<LinkTraffic, Promise<LinkListener>>();

  /** Does not listen yet. */
  constructor(options: PeerListenerOptions) {
    this.#options = options;
  }

  /**
   * Returns the address it listens on; binds on the first call. Needs `--allow-net`.
   *
   * @throws {Error} The system's error, or that too many connections are stuck.
   */
  async listen(traffic: LinkTraffic): Promise<Candidate> {
    this.#closing.signal.throwIfAborted();
    const kind = this.#options.port ? "prompt" : traffic;
    const entrance = this.#entrances.get(kind) ?? this.#open(kind);
    const { mayStick, address } = await entrance;
    if (mayStick && !this.#options.stuck.mayListen) {
      throw new Error("too many silent strangers came in");
    }
    return address;
  }

  /** Number of callers that are not verified yet. */
  get unprovedCount(): number {
    return this.#unproved.size;
  }

  /** Stops listening and closes the connections of unverified callers. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort(new DOMException("The listener is closed", "AbortError"));
    const entrances = await Promise.allSettled(this.#entrances.values());
    await Promise.all(
      entrances.map((one) => one.status === "fulfilled" && one.value[Symbol.asyncDispose]()),
    );
    await Promise.all(this.#greetings);
  }

  #open(traffic: LinkTraffic): Promise<LinkListener> {
    const opening = this.#bind(traffic);
    this.#entrances.set(traffic, opening);
    opening.catch(() => this.#entrances.delete(traffic)); // the next call tries again
    return opening;
  }

  async #bind(traffic: LinkTraffic): Promise<LinkListener> {
    const { host, port = 0, identity, clock } = this.#options;
    const open = async (hostname: string): Promise<LinkListener> => {
      const options: LinkListenerOptions = {
        identity,
        hostname,
        port,
        arrived: (arrival) => this.#receive(arrival, traffic),
      };
      return traffic === "bulk" ? listenDenoLinks(options, clock) : await listenNodeLinks(options);
    };
    if (host !== undefined) return await open(host);
    // On Windows `::` is IPv6 only, and most home networks use IPv4.
    if (Deno.build.os === "windows") return await open("0.0.0.0");
    try {
      return await open("::");
    } catch {
      // No IPv6 on this machine. Any other error occurs again in the next line.
      return await open("0.0.0.0");
    }
  }

  #receive(arrival: AcceptedSocket, traffic: LinkTraffic): void {
    const [oldest] = this.#unproved;
    if (oldest !== undefined && this.#unproved.size >= MAX_UNPROVED) this.#hangUp(oldest);
    this.#unproved.add(arrival);
    const greeting = this.#greet(arrival, traffic).finally(() => this.#greetings.delete(greeting));
    this.#greetings.add(greeting);
  }

  async #greet(arrival: AcceptedSocket, traffic: LinkTraffic): Promise<void> {
    const { clock, admit, stuck } = this.#options;
    let conn: LinkConn | undefined;
    const deadline = { ms: GREETING_MS, clock, signal: this.#closing.signal };
    try {
      const stays = await runWithin(deadline, async (signal) => {
        using _ = closeOn(signal, { [Symbol.dispose]: () => arrival.cut() });
        const { alpn, from, ...shaken } = await arrival.shaken;
        conn = shaken.conn;
        if (alpn === undefined || !PEER_ALPN.includes(alpn)) return false;
        const reader = new LinkReader(conn);
        const hello = await readHello(reader);
        return await admit({ conn, reader, hello, from, minor: minorOf(alpn) });
      });
      this.#unproved.delete(arrival);
      if (!stays) tryClose(conn ?? { [Symbol.dispose]: () => arrival.cut() });
    } catch (error) {
      // Garbage, silence, a port scan: closed without an answer.
      this.#hangUp(arrival);
      const wasSilent = conn === undefined && error instanceof Deno.errors.Interrupted;
      if (wasSilent) stuck.addAtDoor();
      if (!stuck.mayListen) await this.#shut(traffic);
    }
  }

  async #shut(traffic: LinkTraffic): Promise<void> {
    const entrance = await this.#entrances.get(traffic);
    if (entrance?.mayStick) await entrance[Symbol.asyncDispose]();
  }

  #hangUp(arrival: AcceptedSocket): void {
    this.#unproved.delete(arrival);
    arrival.cut();
  }
}

/** A caller's address for display. */
export function remoteOf(guest: UnverifiedCaller): string {
  return formatAddress(guest.from);
}
