/**
 * Dialing: opens a TLS connection to the holder of one certificate's key, and to no other host.
 *
 * @module
 */
import { type Clock, runWithin } from "../../ground/clock.ts";
import { messageOf } from "../../ground/message_of.ts";
import { PEER_NAME } from "../../identity/identity.ts";
import { tryClose } from "../../net/try_close.ts";
import { type Candidate, formatAddress } from "./address.ts";
import type { BackgroundWork } from "./background_work.ts";
import type { PeerCertificate } from "./certificate.ts";
import { minorOf, type MinorVersion, PEER_ALPN, PEER_PROTOCOL } from "./hello.ts";
import { dialable } from "./reach.ts";
import { abortable, closeOn } from "./sockets.ts";
import type { StuckSockets } from "./stuck_sockets.ts";

/** Time limit for the TLS handshake. */
const HANDSHAKE_MS = 5_000;

/** A connection whose other end has proved its key; nothing else was exchanged. */
export interface Dialed {
  /** The connection, its handshake done. */
  readonly conn: Deno.TlsConn;
  /** The highest minor version that both ends support. */
  readonly minor: MinorVersion;
  /** The other end's address, for display. */
  readonly remote: string;
}

/** A connection whose TLS handshake is done. */
export type PeerTls = Pick<Dialed, "conn" | "minor">;

/** What dialing needs from its service. */
export interface DialContext {
  /** Clock for the deadlines. */
  readonly clock: Clock;
  /** Sockets that could not be closed. */
  readonly stuck: StuckSockets;
  /** The address this client listens on, if one is set. */
  readonly listenHost?: string | undefined;
  /** Runs handshakes to their end. */
  readonly background: Pick<BackgroundWork, "runBeside">;
}

/** The account to reach, and its possible addresses. */
export interface Callee {
  /** The callee's account. */
  readonly account: string;
  /** The certificate whose key it has to prove. */
  readonly certificate: PeerCertificate;
  /** The addresses it sent. */
  readonly candidates: readonly Candidate[];
}

/**
 * Dials all dialable candidates at once (RFC 8305 without its delay: there are few, and none is preferred)
 * and keeps the first whose TLS handshake proves the callee's key. The others are closed.
 *
 * @throws {AggregateError} When none answered; `signal.reason` if it aborts first.
 */
export async function dialAny(
  context: DialContext,
  { account, certificate, candidates }: Callee,
  signal: AbortSignal,
): Promise<Dialed> {
  if (!context.stuck.mayDial(account)) throw new Error("too many of its addresses never answered");
  const chosen = dialable(candidates, context);
  if (chosen.length === 0) throw new Error("it gave no address that this machine could reach");
  const found = new AbortController();
  const either = AbortSignal.any([signal, found.signal]);
  const attempts = chosen.map(async ({ host, port }) => {
    const remote = formatAddress({ host, port });
    try {
      const tcp = await Deno.connect({ hostname: host, port, signal: either });
      const { conn, minor } = await shakeHands(context, { tcp, account, certificate });
      if (either.aborted) tryClose(conn);
      either.throwIfAborted();
      found.abort(new Error("another address was faster"));
      return { conn, minor, remote };
    } catch (cause) {
      throw new Error(`${remote}: ${messageOf(cause)}`, { cause });
    }
  });
  // Running handshakes are not interrupted, see StuckSockets.
  context.background.runBeside(async () => void await Promise.allSettled(attempts));
  try {
    return await abortable(Promise.any(attempts), signal);
  } finally {
    found.abort(new Error("the call is over"));
  }
}

/** {@linkcode startPeerTls} with a separate deadline; aborted early only when the service closes. */
async function shakeHands(
  { clock, stuck, background }: DialContext,
  { tcp, account, certificate }: Omit<Callee, "candidates"> & { readonly tcp: Deno.TcpConn },
): Promise<PeerTls> {
  const { promise, resolve, reject } = Promise.withResolvers<PeerTls>();
  background.runBeside(async (closing) => {
    try {
      const limits = { ms: HANDSHAKE_MS, clock, signal: closing };
      resolve(await runWithin(limits, (signal) => startPeerTls(tcp, certificate, signal)));
    } catch (error) {
      if (error instanceof DOMException && error.name === "TimeoutError") stuck.addOf(account);
      reject(error);
    }
  });
  return await promise;
}

/**
 * Runs the client's side of the TLS handshake over `tcp`, which it owns from now on.
 *
 * @throws {Error} When the other end does not hold the key of `certificate`, or `signal` aborts.
 */
export async function startPeerTls(
  tcp: Deno.TcpConn,
  certificate: PeerCertificate,
  signal: AbortSignal,
): Promise<PeerTls> {
  let conn: Deno.TlsConn | undefined;
  try {
    tcp.setNoDelay(true);
    conn = await Deno.startTls(tcp, {
      hostname: PEER_NAME, // verified; for the reason see PEER_NAME
      caCerts: [certificate.pem],
      alpnProtocols: [...PEER_ALPN],
    });
    using _ = closeOn(signal, conn);
    const { alpnProtocol } = await conn.handshake();
    signal.throwIfAborted();
    if (alpnProtocol === null || !PEER_ALPN.includes(alpnProtocol)) {
      throw new Error(`The other end does not speak ${PEER_PROTOCOL}`);
    }
    return { conn, minor: minorOf(alpnProtocol) };
  } catch (error) {
    tryClose(conn ?? tcp);
    signal.throwIfAborted();
    throw error;
  }
}
