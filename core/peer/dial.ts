/**
 * Dialing: a TLS connection to whoever holds the key of one certificate, and to nobody else.
 *
 * @module
 */
import { type Candidate, formatAddress, MAX_CANDIDATES } from "./address.ts";
import { PEER_NAME, type PeerCertificate } from "./certificate.ts";
import { PEER_PROTOCOL } from "./hello.ts";
import { closeOn, messageOf, tryClose } from "./sockets.ts";

/** A connection whose other end has proved its key, and nothing more. */
export interface Dialed {
  readonly conn: Deno.TlsConn;
  /** Where it is, for people. */
  readonly remote: string;
}

/**
 * Dials every candidate at once (RFC 8305 without the pause: there are few, and none is favoured)
 * and keeps the first whose TLS handshake proves the key of `certificate`. The others are hung up.
 *
 * @throws {AggregateError} When none answered; `signal.reason` when that came first.
 */
export async function dialAny(
  candidates: readonly Candidate[],
  certificate: PeerCertificate,
  signal: AbortSignal,
): Promise<Dialed> {
  const found = new AbortController();
  const either = AbortSignal.any([signal, found.signal]);
  const attempts = candidates.slice(0, MAX_CANDIDATES).map(async (candidate) => {
    const remote = formatAddress(candidate);
    const conn = await dial(candidate, certificate, either).catch((cause) => {
      throw new Error(`Cannot reach ${remote}: ${messageOf(cause)}`, { cause });
    });
    if (either.aborted) {
      tryClose(conn);
      throw either.reason;
    }
    found.abort();
    return { conn, remote };
  });
  try {
    return await Promise.any(attempts);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    await Promise.allSettled(attempts);
  }
}

/**
 * Runs the client's side of the peer TLS over `tcp`, which it takes over.
 *
 * @throws {Error} When the other end does not hold the key of `certificate`, or `signal` aborts.
 */
export async function startPeerTls(
  tcp: Deno.TcpConn,
  certificate: PeerCertificate,
  signal: AbortSignal,
): Promise<Deno.TlsConn> {
  let conn: Deno.TlsConn | undefined;
  try {
    tcp.setNoDelay(true);
    conn = await Deno.startTls(tcp, {
      hostname: PEER_NAME, // checked; see PEER_NAME for why that matters
      caCerts: [certificate.pem],
      alpnProtocols: [PEER_PROTOCOL],
    });
    using _ = closeOn(signal, conn);
    const { alpnProtocol } = await conn.handshake();
    signal.throwIfAborted();
    if (alpnProtocol !== PEER_PROTOCOL) throw new Error(`The other end is no ${PEER_PROTOCOL}`);
    return conn;
  } catch (error) {
    tryClose(conn ?? tcp);
    signal.throwIfAborted();
    throw error;
  }
}

async function dial(
  { host, port }: Candidate,
  certificate: PeerCertificate,
  signal: AbortSignal,
): Promise<Deno.TlsConn> {
  const tcp = await Deno.connect({ hostname: host, port, signal });
  return await startPeerTls(tcp, certificate, signal);
}
