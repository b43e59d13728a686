/**
 * The interfaces of accepted connections and listeners, independent of the library behind them:
 * what core/server sees of sockets.
 *
 * @module
 */

/** Events of a connection. Called in order; nothing is called after `closed`. */
export interface ConnectionEvents {
  /** Bytes arrived. The view is only valid during the call. */
  data(bytes: Uint8Array): void;
  /**
   * The other end has sent its last byte, but may still read: the handler has to end the connection.
   * Without this handler the connection is ended at once.
   */
  ended?(): void;
  /** The connection is closed; `reason` is for the log. */
  closed(reason: string): void;
}

/** An accepted connection, after the TLS handshake. */
export interface Connection {
  /** IP address of the other end, without a zone; IPv4 even on a dual-stack socket. */
  readonly address: string;
  /** Port of the other end. */
  readonly port: number;
  /** Whether TLS protects it. */
  readonly encrypted: boolean;
  /** Protocol negotiated by ALPN (RFC 7301), if any. */
  readonly alpn: string | undefined;
  /** Starts the events; called once. Bytes received earlier are kept until then. */
  open(events: ConnectionEvents): void;
  /** Replaces the handlers of the events, as when the protocol has been detected. */
  handOver(events: ConnectionEvents): void;
  /** Sends bytes. `done` is called when the next write may follow: one at a time. */
  write(bytes: Uint8Array, done: () => void): void;
  /** Stops reading, for backpressure. */
  pause(): void;
  /** Continues reading. */
  resume(): void;
  /**
   * Closes after everything written has been sent; destroys the connection if that takes longer than `withinMs`, or if
   * more than {@linkcode MAX_DRAINED_BYTES} are received meanwhile.
   */
  end(withinMs?: number): void;
  /** Closes the connection at once. */
  destroy(): void;
}

/**
 * Bytes that are read and dropped after we have ended a connection, so that the other end sees our end before its own
 * bytes are refused.
 */
export const MAX_DRAINED_BYTES = 64 * 1024;

/** Byte counts of many connections, without the overhead of TLS. */
export interface TrafficCounts {
  /** Received. */
  bytesIn: number;
  /** Sent. */
  bytesOut: number;
}

/** Certificate chain and private key in PEM. */
export interface TlsKeyPair {
  /** The certificate, followed by its chain. */
  readonly certPem: string;
  /** PKCS #8, PKCS #1 or SEC 1, without a password. */
  readonly keyPem: string;
}

/** Options for the listen functions. */
export interface ListenOptions {
  /** Name or address to listen on. */
  readonly hostname: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** Absent: plain TCP. */
  readonly tls?: TlsKeyPair;
  /** Protocols offered by ALPN, best first. */
  readonly alpn?: readonly string[];
  /** Counts the bytes of all connections. */
  readonly traffic?: TrafficCounts;
  /** How many sockets that cannot be closed may stay open, if the engine has such; unlimited by default. */
  readonly spare?: number | undefined;
  /** Timeout of the TLS handshake. */
  readonly handshakeMs: number;
  /**
   * Called as soon as a socket is accepted, before a byte is read. With `undefined` it is closed at once; otherwise
   * `released` is called exactly once when the socket is closed, even if the handshake failed.
   *
   * @param cut Closes the socket, even during the handshake.
   */
  admit(address: string, cut: () => void): Admission | undefined;
  /** A handshake failed or timed out; for the log. */
  failed?(address: string, reason: string): void;
  /** The port does not accept connections, with the reason; `undefined` when it does again. */
  troubled?(trouble: string | undefined, port: number): void;
}

/** Callbacks of one admitted socket. */
export interface Admission {
  /** The handshake is done. */
  opened(connection: Connection): void;
  /** The socket is closed. */
  released(): void;
}

/** A bound port. */
export interface Listener extends AsyncDisposable {
  /** The address it is bound to. */
  readonly hostname: string;
  /** The port it is bound to, never 0. */
  readonly port: number;
  /** The library behind it: `node`, `deno` or `plain`. */
  readonly engine: string;
  /** Why the port does not accept connections now; `undefined` when it does, as far as is known. */
  readonly trouble: string | undefined;
  /** Uses another certificate for new handshakes. Returns false if the engine cannot. */
  replaceCertificate(pair: TlsKeyPair): boolean;
}

/** Turns `::ffff:192.0.2.1`, the form of a dual-stack socket, into the IPv4 address, and removes zones. */
export function normalizeAddress(address: string): string {
  const zone = address.indexOf("%");
  const bare = zone < 0 ? address : address.slice(0, zone);
  return bare.startsWith("::ffff:") && bare.includes(".") ? bare.slice(7) : bare;
}
