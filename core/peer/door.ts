/**
 * The door: the listener of this client, opened when it is first needed. Whoever comes in has a few
 * seconds for TLS and a hello; silence, garbage and lies are hung up (see StuckSockets for what
 * that does not do).
 *
 * @module
 */
import { type Clock, runWithin } from "../clock.ts";
import type { Identity } from "../identity/identity.ts";
import { type Candidate, formatAddress } from "./address.ts";
import { type Hello, PEER_PROTOCOL, readHello } from "./hello.ts";
import { LinkReader } from "./json_lines.ts";
import { closeOn, tryClose } from "./sockets.ts";
import type { StuckSockets } from "./stuck_sockets.ts";

/** How long a guest has from the first packet to the answer to its hello. */
export const GREETING_MS = 5_000;
/** Most guests without a good hello at once; one more and the oldest is hung up. */
export const MAX_UNPROVED = 64;
/** The wait after the system refused to accept a connection (out of file descriptors). */
const ACCEPT_PAUSE_MS = 100;

/** Who came in and said hello. Nothing of it is checked. */
export interface Guest {
  /** The connection, its handshake done. */
  readonly conn: Deno.TlsConn;
  /** What reads it, positioned after the hello. */
  readonly reader: LinkReader;
  /** What the guest said. */
  readonly hello: Hello;
  /** Where from; the loopback port of the relay's splice for one who came through the relay. */
  readonly from: Candidate;
}

/** What a door needs. */
export interface DoorOptions {
  /** The certificate and key to show. */
  readonly identity: Identity;
  /** What measures the deadlines. */
  readonly clock: Clock;
  /** Guests that did not come to an end. */
  readonly stuck: StuckSockets;
  /** By default `::` (every address, IPv4 too), where there is no IPv6 `0.0.0.0`. */
  readonly host?: string | undefined;
  /** By default 0: the system chooses. */
  readonly port?: number | undefined;
  /** Says whether the guest may stay, and takes the connection over by that. */
  readonly admit: (guest: Guest) => Promise<boolean>;
}

/** Listens for other clients. */
export class Door implements AsyncDisposable {
  readonly #options: DoorOptions;
  readonly #closing = new AbortController();
  readonly #unproved = new Set<Deno.TlsConn>();
  readonly #greetings = new Set<Promise<void>>();
  #listener: Deno.TlsListener | undefined;
  #accepting: Promise<void> = Promise.resolve();

  /** Opens nothing yet. */
  constructor(options: DoorOptions) {
    this.#options = options;
  }

  /**
   * Where the door is; opens it the first time. Needs `--allow-net`.
   *
   * @throws {Deno.errors.AddrInUse} And whatever else the system has against it.
   */
  listen(): Candidate {
    this.#closing.signal.throwIfAborted();
    if (!this.#options.stuck.mayListen) throw new Error("too many silent strangers came in");
    if (this.#listener === undefined) {
      this.#listener = this.#bind();
      this.#accepting = this.#acceptAll(this.#listener);
    }
    const { hostname, port } = this.#listener.addr;
    return { host: hostname, port };
  }

  /** How many have come in and not yet said a good hello. */
  get unprovedCount(): number {
    return this.#unproved.size;
  }

  /** Stops listening and hangs up on everyone whose hello is not done. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort(new DOMException("The door is closed", "AbortError"));
    if (this.#listener !== undefined) tryClose(this.#listener);
    await this.#accepting;
    await Promise.all(this.#greetings);
  }

  #bind(): Deno.TlsListener {
    const { host, port = 0, identity: { certPem: cert, keyPem: key } } = this.#options;
    const options = { port, cert, key, alpnProtocols: [PEER_PROTOCOL] };
    if (host !== undefined) return Deno.listenTls({ ...options, hostname: host });
    // On Windows `::` is IPv6 alone, and IPv4 is what most home networks have.
    if (Deno.build.os === "windows") return Deno.listenTls({ ...options, hostname: "0.0.0.0" });
    try {
      return Deno.listenTls({ ...options, hostname: "::" });
    } catch {
      // No IPv6 on this machine. Any other trouble shows again in the next line.
      return Deno.listenTls({ ...options, hostname: "0.0.0.0" });
    }
  }

  async #acceptAll(listener: Deno.TlsListener): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted && this.#options.stuck.mayListen) {
      try {
        this.#receive(await listener.accept());
      } catch {
        // Closed, or out of file descriptors: then it may be better in a moment.
        if (!signal.aborted) await this.#pause(signal);
      }
    }
  }

  async #pause(signal: AbortSignal): Promise<void> {
    try {
      await this.#options.clock.sleep(ACCEPT_PAUSE_MS, signal);
    } catch {
      // The door closes; the loop sees it.
    }
  }

  #receive(conn: Deno.TlsConn): void {
    const [oldest] = this.#unproved;
    if (oldest !== undefined && this.#unproved.size >= MAX_UNPROVED) this.#hangUp(oldest);
    this.#unproved.add(conn);
    const greeting = this.#greet(conn).finally(() => this.#greetings.delete(greeting));
    this.#greetings.add(greeting);
  }

  async #greet(conn: Deno.TlsConn): Promise<void> {
    const { clock, admit, stuck } = this.#options;
    let isShaken = false;
    const deadline = { ms: GREETING_MS, clock, signal: this.#closing.signal };
    try {
      const stays = await runWithin(deadline, async (signal) => {
        using _ = closeOn(signal, conn);
        const { alpnProtocol } = await conn.handshake();
        isShaken = true;
        if (alpnProtocol !== PEER_PROTOCOL) return false;
        const reader = new LinkReader(conn);
        const hello = await readHello(reader);
        const { hostname: host, port } = conn.remoteAddr;
        return await admit({ conn, reader, hello, from: { host, port } });
      });
      if (stays) this.#unproved.delete(conn);
      else this.#hangUp(conn);
    } catch (error) {
      // Garbage, silence, a port scan: nothing to be told to anyone but by hanging up.
      this.#hangUp(conn);
      const wasSilent = !isShaken && error instanceof Deno.errors.Interrupted;
      if (wasSilent) stuck.addAtDoor();
      if (!stuck.mayListen && this.#listener !== undefined) tryClose(this.#listener);
    }
  }

  #hangUp(conn: Deno.TlsConn): void {
    this.#unproved.delete(conn);
    tryClose(conn);
  }
}

/** A guest's address for people. */
export function remoteOf(guest: Guest): string {
  return formatAddress(guest.from);
}
