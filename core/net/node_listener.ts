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
  type Connection,
  type ConnectionEvents,
  type Listener,
  type ListenOptions,
  normalizeAddress,
  type TlsKeyPair,
  type Traffic,
} from "./connection.ts";

/** Connections the kernel holds for us until they are accepted. */
const BACKLOG = 4096;
/** A machine that is gone without a word is noticed by TCP, whatever the door. */
const KEEP_ALIVE_MS = 60_000;

/**
 * Listens on `hostname:port`, with TLS when a key pair is given and in plain TCP when not.
 *
 * @throws {Error} With the `code` `EADDRINUSE`, `EACCES`, ... when the port cannot be had.
 *
 * Needs `--allow-net`.
 */
export async function listenNode(options: ListenOptions): Promise<Listener> {
  const sockets = new Set<net.Socket>();
  const { traffic } = options;
  const secure = options.tls && secureServer(options, options.tls);
  const server = net.createServer((raw) => {
    const admission = admit(raw, options, sockets);
    if (!admission) return;
    if (secure) secure.shakeHands({ raw, admission });
    else admission.opened(new NodeConnection(raw, { raw, alpn: undefined, traffic }));
  });
  server.listen({ host: options.hostname, port: options.port, backlog: BACKLOG });
  await once(server, "listening");
  const bound = server.address();
  if (bound === null || typeof bound === "string") {
    throw new TypeError("Cannot listen without a port");
  }
  return {
    hostname: bound.address,
    port: bound.port,
    engine: secure ? "node" : "plain",
    replaceCertificate(pair: TlsKeyPair): boolean {
      secure?.use(pair);
      return secure !== undefined;
    },
    async [Symbol.asyncDispose]() {
      if (!server.listening) return;
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/**
 * TLS for sockets that somebody else has accepted. A `tls.Server` that listens by itself starts on every socket before
 * it can be turned away, which costs 17 KB each, for long.
 */
function secureServer(options: ListenOptions, pair: TlsKeyPair) {
  const arrivals = new Map<string, Arrival>();
  const server = tls.createServer({
    ...contextOf(pair),
    handshakeTimeout: options.handshakeMs,
    ...(options.alpn && { ALPNProtocols: [...options.alpn] }),
  });
  // The TLS socket is another object than the raw one; both know the other end's address and port.
  server.on("secureConnection", (socket) => {
    const arrival = arrivals.get(endpointOf(socket));
    if (!arrival) return void socket.destroy();
    const { admission, raw } = arrival;
    const alpn = socket.alpnProtocol || undefined;
    admission.opened(new NodeConnection(socket, { raw, alpn, traffic: options.traffic }));
  });
  server.on("tlsClientError", (error, socket) => {
    if (arrivals.has(endpointOf(socket))) {
      options.failed?.(normalizeAddress(socket.remoteAddress ?? ""), error.message);
    }
    socket.destroy();
  });
  return {
    shakeHands(arrival: Arrival): void {
      const key = endpointOf(arrival.raw);
      arrivals.set(key, arrival);
      arrival.raw.once("close", () => arrivals.delete(key));
      server.emit("connection", arrival.raw);
    },
    use: (pair: TlsKeyPair) => server.setSecureContext(contextOf(pair)),
  };
}

function contextOf({ certPem, keyPem }: TlsKeyPair): tls.SecureContextOptions {
  return { cert: certPem, key: keyPem, minVersion: "TLSv1.2" };
}

function admit(
  socket: net.Socket,
  options: ListenOptions,
  sockets: Set<net.Socket>,
): Admission | undefined {
  socket.on("error", ignore);
  const address = normalizeAddress(socket.remoteAddress ?? "");
  const admission = options.admit(address, () => socket.destroy());
  if (!admission) {
    socket.destroy();
    return undefined;
  }
  sockets.add(socket);
  socket.once("close", () => {
    sockets.delete(socket);
    admission.released();
  });
  return admission;
}

/** A socket whose handshake is under way. */
interface Arrival {
  readonly raw: net.Socket;
  readonly admission: Admission;
}

/** The part of a socket that Node.js keeps to itself. */
interface Handle {
  readStart(): number;
  readStop(): number;
}

class NodeConnection implements Connection {
  readonly address: string;
  readonly port: number;
  readonly encrypted: boolean;
  #socket: net.Socket;
  #raw: net.Socket;
  #events: ConnectionEvents | undefined;
  #lastError = "";
  #traffic: Traffic;
  readonly alpn: string | undefined;

  constructor(
    socket: net.Socket,
    { raw, alpn, traffic = { bytesIn: 0, bytesOut: 0 } }: {
      /** What TLS runs over; the socket itself without TLS. */
      readonly raw: net.Socket;
      readonly alpn: string | undefined;
      readonly traffic?: Traffic | undefined;
    },
  ) {
    this.#socket = socket;
    this.#raw = raw;
    this.#traffic = traffic;
    this.alpn = alpn;
    this.address = normalizeAddress(socket.remoteAddress ?? "");
    this.port = socket.remotePort ?? 0;
    this.encrypted = socket instanceof tls.TLSSocket;
    socket.setNoDelay(true);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    socket.on("error", (error) => this.#lastError = error.message);
  }

  open(events: ConnectionEvents): void {
    this.#events = events;
    const socket = this.#socket;
    socket.on("data", (bytes: Uint8Array) => {
      this.#traffic.bytesIn += bytes.length;
      this.#events?.data(bytes);
    });
    socket.once("end", () => socket.end());
    socket.once("close", () => this.#events?.closed(this.#lastError || "connection closed"));
    if (socket.destroyed) queueMicrotask(() => events.closed("connection closed"));
  }

  handOver(events: ConnectionEvents): void {
    this.#events = events;
  }

  write(bytes: Uint8Array, done: () => void): void {
    this.#traffic.bytesOut += bytes.length;
    this.#socket.write(bytes, done);
  }

  pause(): void {
    this.#socket.pause();
    // Deno's TLS sockets go on reading while paused, and keep all of it in memory.
    if (this.encrypted) handleOf(this.#raw)?.readStop();
  }

  resume(): void {
    if (this.encrypted) handleOf(this.#raw)?.readStart();
    this.#socket.resume();
  }

  end(withinMs = 2_000): void {
    const socket = this.#socket;
    if (socket.destroyed) return;
    const timer = setTimeout(() => socket.destroy(), withinMs);
    socket.once("close", () => clearTimeout(timer));
    this.resume(); // unread input must not keep the end of the stream from being seen
    this.#events = { data: ignore, closed: this.#events?.closed.bind(this.#events) ?? ignore };
    socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }
}

/** One port of the other end may come to several addresses of ours. */
function endpointOf(socket: net.Socket): string {
  return `${socket.remoteAddress} ${socket.remotePort} ${socket.localAddress}`;
}

function handleOf(socket: net.Socket): Handle | undefined {
  const handle: unknown = Reflect.get(socket, "_handle");
  return isHandle(handle) ? handle : undefined;
}

function isHandle(value: unknown): value is Handle {
  return typeof value === "object" && value !== null && "readStop" in value &&
    typeof value.readStop === "function" && "readStart" in value &&
    typeof value.readStart === "function";
}

function ignore(): void {
  // errors of a socket come again as the reason of its close
}
