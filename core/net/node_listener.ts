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

/** Connections the kernel holds for us until they are accepted. */
const BACKLOG = 4096;

/**
 * Listens on `hostname:port`, with TLS when a key pair is given and in plain TCP when not.
 *
 * @throws {Error} With the `code` `EADDRINUSE`, `EACCES`, ... when the port cannot be had.
 *
 * Needs `--allow-net`.
 */
export async function listenNode(options: ListenOptions): Promise<Listener> {
  const sockets = new Set<net.Socket>();
  let context = options.tls && contextOf(options.tls);
  const server = net.createServer({ allowHalfOpen: true }, (raw) => {
    const admission = admit(raw, options, sockets);
    if (!admission) return;
    if (context) return shakeHands({ raw, admission, context }, options);
    admission.opened(new NodeConnection(raw, { raw, traffic: options.traffic }));
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
    engine: context ? "node" : "plain",
    replaceCertificate(pair: TlsKeyPair): boolean {
      if (!context) return false;
      context = contextOf(pair);
      return true;
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

function contextOf({ certPem, keyPem }: TlsKeyPair): tls.SecureContext {
  return tls.createSecureContext({ cert: certPem, key: keyPem, minVersion: "TLSv1.2" });
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

/** A socket that was let in, and the certificate it shall see. */
interface Arrival {
  readonly raw: net.Socket;
  readonly admission: Admission;
  readonly context: tls.SecureContext;
}

/**
 * Brings a socket under TLS. A `tls.Server` in its place would start on sockets that are turned away, and keep those
 * whose handshake failed until its deadline: 16 KB each, by the thousand.
 */
function shakeHands({ raw, admission, context }: Arrival, options: ListenOptions): void {
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
  // Whoever has sent the last byte within the handshake will not finish it: a port scanner, a health check.
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

function ignore(): void {
  // errors of a socket come again as the reason of its close
}
