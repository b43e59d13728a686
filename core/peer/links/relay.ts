/**
 * The relay, for two clients that cannot reach each other. Both connect to a third party that joins the two streams;
 * inside runs the same end-to-end TLS as on a direct link.
 *
 * Deno starts TLS on TCP connections only, so each end first joins the relayed stream to a loopback connection: the
 * dialer to a pair of sockets, the listener to its own listener.
 *
 * @module
 */
import { tryClose } from "../../net/try_close.ts";
import type { BackgroundWork } from "./background_work.ts";
import { closeOn } from "./sockets.ts";

const LOOPBACK = "127.0.0.1";

/** A stream through the relay; every `Deno.Conn` is one. */
export interface RelayStream extends Disposable {
  /** Reads up to `into.length` bytes; `null` at the end. */
  read(into: Uint8Array): Promise<number | null>;
  /** Writes some of `bytes` and returns how many. */
  write(bytes: Uint8Array): Promise<number>;
  /** Ends the writing side. */
  closeWrite(): Promise<void>;
}

/** Joins two streams: the relay of the server. */
export interface RelayDialer {
  /**
   * Returns a stream to the client that dials with the same id, once both are connected.
   *
   * @param rendezvous 32 random bytes, base64url: known to the two clients and the server only.
   * @throws {Error} When the relay cannot be used; `signal.reason` if it aborts first.
   */
  dial(rendezvous: string, signal: AbortSignal): Promise<RelayStream>;
}

/**
 * Turns a relayed stream, which it owns from now on, into a TCP connection.
 *
 * @throws {Error} When there is no loopback; `signal.reason` if it aborts first.
 */
export async function joinLoopback(
  relayed: RelayStream,
  background: Pick<BackgroundWork, "runBeside">,
  signal: AbortSignal,
): Promise<Deno.TcpConn> {
  try {
    const { near, far } = await openLoopbackPair(signal);
    background.runBeside((closing) => splice(far, relayed, closing));
    return near;
  } catch (error) {
    tryClose(relayed);
    throw error;
  }
}

/** Opens two connected sockets; makes sure that no other process of this machine holds the far end. */
async function openLoopbackPair(
  signal: AbortSignal,
): Promise<{ near: Deno.TcpConn; far: Deno.TcpConn }> {
  using listener = Deno.listen({ hostname: LOOPBACK, port: 0 });
  const near = await Deno.connect({ hostname: LOOPBACK, port: listener.addr.port, signal });
  try {
    using _ = closeOn(signal, near);
    while (true) {
      const far = await listener.accept();
      far.setNoDelay(true);
      if (far.remoteAddr.port === near.localAddr.port) return { near, far };
      tryClose(far); // another process of this machine connected first
    }
  } catch (error) {
    tryClose(near);
    throw error;
  }
}

/**
 * Copies bytes both ways between `a` and `b` until both directions have ended, one fails, or `signal` aborts; then closes
 * both. Never rejects: errors show at the ends.
 */
export async function splice(a: RelayStream, b: RelayStream, signal: AbortSignal): Promise<void> {
  using _a = closeOn(signal, a);
  using _b = closeOn(signal, b);
  const close = () => {
    tryClose(a);
    tryClose(b);
  };
  await Promise.all([pump(a, b).catch(close), pump(b, a).catch(close)]);
  close();
}

async function pump(from: RelayStream, to: RelayStream): Promise<void> {
  const buffer = new Uint8Array(64 * 1024);
  while (true) {
    const count = await from.read(buffer);
    if (count === null) return await to.closeWrite();
    for (let at = 0; at < count;) at += await to.write(buffer.subarray(at, count));
  }
}
