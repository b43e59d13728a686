/**
 * The listener on `node:tls` and `node:net`: Nagle's algorithm off, certificate reload, ALPN.
 *
 * @module
 */
import { once } from "node:events";
import net from "node:net";
import tls from "node:tls";
import {
  type Admission,
  type Listener,
  type ListenOptions,
  normalizeAddress,
  type TlsKeyPair,
} from "./connection.ts";
import { NodeConnection } from "./node_connection.ts";
import { PortWatch } from "./port_watch.ts";

/** Connections that the kernel queues until they are accepted. */
const BACKLOG = 4096;

/**
 * Listens on `hostname:port`, with TLS if a key pair is given, else with plain TCP. A port that stops accepting is
 * bound again; open connections stay open.
 *
 * @throws {Error} With the `code` `EADDRINUSE`, `EACCES`, ... when the port cannot be bound.
 *
 * Needs `--allow-net`.
 */
export async function listenNode(options: ListenOptions): Promise<Listener> {
  const listener = new NodeListener(options);
  await listener.start();
  return listener;
}

class NodeListener implements Listener {
  readonly engine: string;
  #options: ListenOptions;
  #context: tls.SecureContext | undefined;
  #server: net.Server | undefined;
  #bound: net.AddressInfo | undefined;
  #watch: PortWatch | undefined;
  #sockets = new Set<net.Socket>();
  #accepted = 0;

  constructor(options: ListenOptions) {
    this.#options = options;
    this.#context = options.tls && contextOf(options.tls);
    this.engine = options.tls ? "node" : "plain";
  }

  get hostname(): string {
    return this.#bound?.address ?? this.#options.hostname;
  }

  get port(): number {
    return this.#bound?.port ?? this.#options.port;
  }

  get trouble(): string | undefined {
    return this.#watch?.trouble;
  }

  async start(): Promise<void> {
    await this.#listen();
    const { hostname } = this.#options;
    this.#watch = new PortWatch({
      hostname: hostname.includes("%") ? hostname : this.hostname,
      port: this.port,
      accepted: () => this.#accepted,
      renew: () => this.#listen(),
      changed: (trouble) => this.#options.troubled?.(trouble, this.port),
    });
  }

  replaceCertificate(pair: TlsKeyPair): boolean {
    if (!this.#context) return false;
    this.#context = contextOf(pair);
    return true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const watch = this.#watch;
    this.#watch = undefined;
    await watch?.[Symbol.asyncDispose]();
    const server = this.#server;
    this.#server = undefined;
    const closed = server?.listening && once(server, "close");
    server?.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  /** Binds the port, replacing a server that has it already. */
  async #listen(): Promise<void> {
    this.#server?.close(); // its connections stay
    const server = net.createServer({ allowHalfOpen: true }, (raw) => this.#accept(raw));
    this.#server = server;
    server.listen({
      host: this.#options.hostname,
      port: this.port,
      backlog: BACKLOG,
      // `::` accepts IPv4 as well, independent of the system's default.
      ipv6Only: false,
    });
    await once(server, "listening");
    server.on("error", ignoreAccept);
    const bound = server.address();
    if (bound === null || typeof bound === "string") {
      throw new TypeError("Cannot listen without a port");
    }
    this.#bound = bound;
  }

  #accept(raw: net.Socket): void {
    this.#accepted++;
    raw.on("error", ignore);
    const isOwn = this.#watch?.isOwn(raw);
    if (!isOwn) return this.#receive(raw);
    this.#sockets.add(raw); // so that it dies with the listener
    isOwn.then((own) => {
      this.#sockets.delete(raw);
      if (own) raw.destroy();
      else this.#receive(raw);
    });
  }

  #receive(raw: net.Socket): void {
    const admission = this.#admit(raw);
    if (!admission) return;
    const context = this.#context;
    if (context) return shakeHands({ raw, admission, context }, this.#options);
    admission.opened(new NodeConnection(raw, { raw, traffic: this.#options.traffic }));
  }

  #admit(socket: net.Socket): Admission | undefined {
    const address = normalizeAddress(socket.remoteAddress ?? "");
    const admission = socket.destroyed
      ? undefined
      : this.#options.admit(address, () => socket.destroy());
    if (!admission) {
      socket.destroy();
      this.#sockets.delete(socket);
      return undefined;
    }
    this.#sockets.add(socket);
    socket.once("close", () => {
      this.#sockets.delete(socket);
      admission.released();
    });
    return admission;
  }
}

function contextOf({ certPem, keyPem }: TlsKeyPair): tls.SecureContext {
  return tls.createSecureContext({ cert: certPem, key: keyPem, minVersion: "TLSv1.2" });
}

/** An admitted socket before its handshake, and the certificate for it. */
interface PendingHandshake {
  readonly raw: net.Socket;
  readonly admission: Admission;
  readonly context: tls.SecureContext;
}

/**
 * Starts TLS on a socket. A `tls.Server` would also start TLS on refused sockets, and keep sockets
 * whose handshake failed until its deadline: 16 KB each, by the thousand.
 */
function shakeHands({ raw, admission, context }: PendingHandshake, options: ListenOptions): void {
  const address = normalizeAddress(raw.remoteAddress ?? "");
  const socket = new tls.TLSSocket(raw, {
    isServer: true,
    secureContext: context,
    ...(options.alpn && { ALPNProtocols: [...options.alpn] }),
  });
  const fail = (reason: string) => {
    options.failed?.(address, reason);
    socket.destroy();
    raw.destroy();
  };
  const onError = (error: Error) => fail(error.message);
  // A client that ends within the handshake will not finish it: a port scanner, a health check.
  const onEnd = () => fail("connection closed");
  const deadline = setTimeout(() => fail("handshake took too long"), options.handshakeMs);
  socket.on("error", onError);
  socket.once("end", onEnd);
  raw.once("close", () => {
    clearTimeout(deadline);
    socket.destroy();
  });
  socket.once("secure", () => {
    clearTimeout(deadline);
    socket.off("error", onError);
    socket.off("end", onEnd);
    const alpn = socket.alpnProtocol || undefined;
    admission.opened(new NodeConnection(socket, { raw, alpn, traffic: options.traffic }));
  });
}

function ignoreAccept(): void {
  // the port watch checks whether the port still accepts
}

function ignore(): void {
  // errors of a socket come again as the reason of its close
}
