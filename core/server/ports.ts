/**
 * The ports of a server: TCP with TLS and without, and UDP.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import type { Listener, ListenOptions, TlsKeyPair } from "../net/connection.ts";
import { listenAll, type ListenAllOptions, type PortListener } from "../net/listen_all.ts";
import { listenNode } from "../net/node_listener.ts";
import type { ServerContext } from "./acts/context.ts";
import { listenUdp } from "./doors/ptchat/udp_door.ts";
import type { Gate } from "./gate/gate.ts";
import type { Reception } from "./gate/reception.ts";

/** How many ports are tried when the system chooses. */
const PORT_TRIES = 8;

const log = getLogger(["chat", "server"]);

/** A port to listen on. */
export interface ServerPort {
  /** Names or addresses to listen on; those that this machine does not have are skipped. */
  readonly hostname: string | readonly string[];
  /** 0 lets the system choose. */
  readonly port: number;
}

/** The port for TLS. */
export interface TlsPort extends ServerPort {
  /** Certificate and key. */
  readonly pair: TlsKeyPair;
  /** The listen function; by default {@linkcode listenNode}. */
  readonly listen?: (options: ListenOptions) => Promise<Listener>;
}

/** Options for {@linkcode Ports}. */
export interface PortsOptions {
  readonly context: ServerContext;
  readonly gate: Gate;
  readonly reception: Reception;
  /** See {@linkcode ListenOptions.spare}. */
  readonly spare: number | undefined;
}

/** Opens and closes the ports of one server. */
export class Ports implements AsyncDisposable {
  #options: PortsOptions;
  #tls: PortListener | undefined;
  #plain: PortListener | undefined;
  #udp = new AsyncDisposableStack();

  /** Opens no ports yet. */
  constructor(options: PortsOptions) {
    this.#options = options;
  }

  /** The TLS port; 0 without one. */
  get tlsPort(): number {
    return this.#tls?.port ?? 0;
  }

  /** The port that is not encrypted; 0 without one. */
  get plainPort(): number {
    return this.#plain?.port ?? 0;
  }

  /** Why a port does not accept connections now, in words. */
  get trouble(): string | undefined {
    return this.#tls?.trouble ?? this.#plain?.trouble;
  }

  /** Starts listening. Needs `--allow-net`. */
  async open({ tls, plain }: {
    readonly tls?: TlsPort | undefined;
    readonly plain?: ServerPort | undefined;
  }): Promise<void> {
    if (tls) {
      const { pair, listen = listenNode } = tls;
      this.#tls = await listenAll(listen, { ...this.#listenOptions(tls), tls: pair });
    }
    if (plain) await this.#openPlain(plain, plain.port === 0 ? PORT_TRIES : 1);
  }

  /** Uses another certificate for new connections. Returns false if the engine cannot. */
  replaceCertificate(pair: TlsKeyPair): boolean {
    return this.#tls?.replaceCertificate(pair) ?? false;
  }

  /** Closes the UDP ports, after queued datagrams are sent. */
  closeUdp(): Promise<void> {
    return this.#udp.disposeAsync();
  }

  /** Closes all ports and their connections. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.closeUdp();
    await Promise.all([this.#tls, this.#plain].map((port) => port?.[Symbol.asyncDispose]()));
  }

  /** TCP and UDP on one port. A port chosen by the system may be in use for UDP or on another address: then tries another. */
  async #openPlain(where: ServerPort, tries: number): Promise<void> {
    await using undo = new AsyncDisposableStack();
    const udp = undo.use(new AsyncDisposableStack());
    try {
      const tcp = undo.use(await listenAll(listenNode, this.#listenOptions(where)));
      const { context, gate, reception } = this.#options;
      for (const hostname of tcp.hostnames) {
        udp.use(listenUdp({ hostname, port: tcp.port, context, gate, reception }));
      }
      this.#plain = tcp;
      this.#udp = udp;
      undo.move();
    } catch (error) {
      if (tries <= 1) throw error;
      await undo.disposeAsync();
      return await this.#openPlain(where, tries - 1);
    }
  }

  #listenOptions({ hostname, port }: ServerPort): ListenAllOptions {
    const { context: { counters, deadlines }, gate, reception, spare } = this.#options;
    return {
      hostnames: typeof hostname === "string" ? [hostname] : hostname,
      port,
      alpn: reception.alpn,
      spare,
      handshakeMs: deadlines.handshakeMs,
      admit: (address, cut) => reception.admit(address, cut),
      traffic: counters.traffic,
      failed: (address, reason) => gate.handshakeFailed(address, reason),
      troubled: logTrouble,
    };
  }
}

/** Logs why a port does not accept connections, and when it does again. */
export function logTrouble(trouble: string | undefined, port: number): void {
  if (trouble === undefined) log.warn("port {port} accepts connections again", { port });
  else log.warn("{trouble}", { trouble, port });
}
