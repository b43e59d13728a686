/**
 * Connects to a server without checking its certificate, for diagnosis and measurements. Nothing confidential may be sent
 * on such a connection.
 *
 * @module
 */
import { connect as connectTcp } from "node:net";
import type { Duplex } from "node:stream";
import { connect as connectTls } from "node:tls";
import { dialTarget } from "./dial_target.ts";

/** Options for {@linkcode dialUnchecked}. */
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
  /** Aborts and closes the socket. */
  readonly signal: AbortSignal;
}

/**
 * Connects, TLS handshake included. Needs `--allow-net` for the address.
 *
 * @throws The signal's reason, or the system's error.
 */
export async function dialUnchecked(options: UncheckedDialOptions): Promise<Duplex> {
  const { tls, servername, alpn, signal } = options;
  signal.throwIfAborted();
  const target = await dialTarget(options, signal);
  if (!tls && "socket" in target) return target.socket;
  const socket = tls || "socket" in target
    ? connectTls({
      ...{ ...target, rejectUnauthorized: false },
      ...(servername === undefined ? {} : { servername }),
      ...(alpn ? { ALPNProtocols: [...alpn] } : {}),
    })
    : connectTcp(target);
  const stop = () => socket.destroy(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once(tls ? "secureConnect" : "connect", resolve);
      socket.once("error", reject);
      socket.once("close", () => reject(new Error("The server hung up")));
    });
    socket.setNoDelay(true);
    return socket;
  } catch (error) {
    socket.destroy();
    throw signal.aborted ? signal.reason : error;
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
