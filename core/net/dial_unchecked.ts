/**
 * Connects to a server that is examined or measured, whatever its certificate. Nothing worth hiding is sent on it: clients
 * check whom they talk to.
 *
 * @module
 */
import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";

/** Where to, and how. */
export interface UncheckedDialOptions {
  /** Name or address. */
  readonly host: string;
  /** From 1 to 65535. */
  readonly port: number;
  /** Whether to speak TLS. */
  readonly tls: boolean;
  /** The name to ask for in the handshake; `host` if that is a name (RFC 6066, section 3). */
  readonly servername?: string | undefined;
  /** Protocols offered by ALPN, best first. */
  readonly alpn?: readonly string[] | undefined;
  /** Gives up; the socket is closed then. */
  readonly signal: AbortSignal;
}

/**
 * Connects, TLS handshake included. Needs `--allow-net` for the address.
 *
 * @throws The signal's reason, or what the system says.
 */
export async function dialUnchecked(options: UncheckedDialOptions): Promise<Socket> {
  const { host, port, tls, servername, alpn, signal } = options;
  signal.throwIfAborted();
  const socket = tls
    ? connectTls({
      ...{ host, port, rejectUnauthorized: false },
      ...(servername === undefined ? {} : { servername }),
      ...(alpn ? { ALPNProtocols: [...alpn] } : {}),
    })
    : connectTcp({ host, port });
  const stop = () => socket.destroy(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once(tls ? "secureConnect" : "connect", resolve);
      socket.once("error", reject);
      socket.once("close", () => reject(new Error("The server hung up")));
    });
    return socket;
  } catch (error) {
    socket.destroy();
    throw signal.aborted ? signal.reason : error;
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
