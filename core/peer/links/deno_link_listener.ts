/**
 * A listener on Deno's own TLS: the fastest for receiving bulk. Nagle's algorithm cannot be disabled on it, which does
 * not matter to a side that writes one answer, and the next much later.
 *
 * @module
 */
import type { Clock } from "../../ground/clock.ts";
import { tryClose } from "../../net/try_close.ts";
import { PEER_ALPN } from "./hello.ts";
import type {
  AcceptedSocket,
  HandshakenConn,
  LinkListener,
  LinkListenerOptions,
} from "./link_listener.ts";

/** Pause after the system failed to accept a connection (out of file descriptors). */
const ACCEPT_PAUSE_MS = 100;

/** Binds. Needs `--allow-net`. @throws {Deno.errors.AddrInUse} And other errors of the system. */
export function listenDenoLinks(options: LinkListenerOptions, clock: Clock): LinkListener {
  const { identity, hostname, port, arrived } = options;
  const listener = Deno.listenTls({
    hostname,
    port,
    cert: identity.certPem,
    key: identity.keyPem,
    alpnProtocols: [...PEER_ALPN],
  });
  const closing = new AbortController();
  const accepting = acceptAll(listener, { clock, signal: closing.signal, arrived });
  const { addr } = listener;
  return {
    address: { host: addr.hostname, port: addr.port },
    mayStick: true,
    async [Symbol.asyncDispose]() {
      closing.abort(new DOMException("The entrance is closed", "AbortError"));
      tryClose(listener);
      await accepting;
    },
  };
}

async function acceptAll(
  listener: Deno.TlsListener,
  { clock, signal, arrived }: {
    readonly clock: Clock;
    readonly signal: AbortSignal;
    readonly arrived: (arrival: AcceptedSocket) => void;
  },
): Promise<void> {
  while (!signal.aborted) {
    try {
      const conn = await listener.accept();
      arrived({ shaken: shakeHands(conn), cut: () => tryClose(conn) });
    } catch {
      // Closed, or out of file descriptors, which may be temporary.
      if (!signal.aborted) await clock.sleep(ACCEPT_PAUSE_MS, signal).catch(() => {}); // the loop sees it
    }
  }
}

async function shakeHands(conn: Deno.TlsConn): Promise<HandshakenConn> {
  const { alpnProtocol } = await conn.handshake();
  const { hostname: host, port } = conn.remoteAddr;
  return { conn, alpn: alpnProtocol ?? undefined, from: { host, port } };
}
