/**
 * One accepted connection, and the listener that it came from, without a word about which
 * library carries it: what core/server sees of sockets.
 *
 * @module
 */

/** What happens on a connection. Called in order; nothing comes after `closed`. */
export interface ConnectionEvents {
  /** Bytes arrived. The view is only valid during the call. */
  data(bytes: Uint8Array): void;
  /**
   * The other end has sent its last byte, but may still read: whoever hears this ends the connection in its own time.
   * Without it the connection is ended at once.
   */
  ended?(): void;
  /** It is over, and why, in words for the log. */
  closed(reason: string): void;
}

/** An accepted connection, TLS handshake done. */
export interface Connection {
  /** IP address of the other end, without a zone; IPv4 also where it came over a dual-stack socket. */
  readonly address: string;
  /** Port of the other end. */
  readonly port: number;
  /** Whether TLS protects it. */
  readonly encrypted: boolean;
  /** Protocol agreed on by ALPN (RFC 7301), if any. */
  readonly alpn: string | undefined;
  /** Starts the flow of events; called once. Bytes that came earlier are kept until then. */
  open(events: ConnectionEvents): void;
  /** Hands over events to somebody else, as a door does once it knows whom the caller wants. */
  handOver(events: ConnectionEvents): void;
  /** Sends bytes. `done` is called when the next write may follow: one at a time. */
  write(bytes: Uint8Array, done: () => void): void;
  /** Stops reading, so that the sender feels back pressure. */
  pause(): void;
  /** Reads on. */
  resume(): void;
  /**
   * Closes after what was written has gone out; hangs up hard when that takes over `withinMs`, or when more than
   * {@linkcode MAX_DRAINED_BYTES} come meanwhile.
   */
  end(withinMs?: number): void;
  /** Hangs up now. */
  destroy(): void;
}

/**
 * What the other end may still send once we have said our last word: so much is read and dropped, so that it sees our end
 * before its own bytes are refused.
 */
export const MAX_DRAINED_BYTES = 64 * 1024;

/** Bytes counted over many connections, TLS's own not included. */
export interface TrafficCounts {
  /** Received. */
  bytesIn: number;
  /** Sent. */
  bytesOut: number;
}

/** Certificate chain and private key in PEM. */
export interface TlsKeyPair {
  /** The certificate itself first, then those that vouch for it. */
  readonly certPem: string;
  /** PKCS #8, PKCS #1 or SEC 1, without a password. */
  readonly keyPem: string;
}

/** What every listener is told. */
export interface ListenOptions {
  /** Name or address to listen on. */
  readonly hostname: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** Absent: plain TCP. */
  readonly tls?: TlsKeyPair;
  /** Protocols offered by ALPN, best first. */
  readonly alpn?: readonly string[];
  /** Where the bytes of all connections are added up. */
  readonly traffic?: TrafficCounts;
  /** How many sockets may stay open that cannot be closed, where the engine has such; any number unless given. */
  readonly spare?: number | undefined;
  /** A TLS handshake that takes longer is cut. */
  readonly handshakeMs: number;
  /**
   * Asked as soon as a socket is accepted, before a byte is read. `undefined` hangs up at once; otherwise
   * `released` is called exactly once when the socket is gone, also when the handshake failed.
   *
   * @param cut Hangs up, also in the middle of the handshake.
   */
  admit(address: string, cut: () => void): Admission | undefined;
  /** A handshake failed or timed out; for the log. */
  failed?(address: string, reason: string): void;
  /** The port accepts nobody, and why, in words; `undefined` when it does again. */
  troubled?(trouble: string | undefined, port: number): void;
}

/** The right of one socket to be here. */
export interface Admission {
  /** The handshake is done. */
  opened(connection: Connection): void;
  /** The socket is gone. */
  released(): void;
}

/** A bound port. */
export interface Listener extends AsyncDisposable {
  /** What it is bound to. */
  readonly hostname: string;
  /** The port it is bound to, never 0. */
  readonly port: number;
  /** Which library carries it: `node`, `deno` or `plain`. */
  readonly engine: string;
  /** Why the port accepts nobody now, in words; `undefined` when it does, as far as is known. */
  readonly trouble: string | undefined;
  /** Uses another certificate for handshakes from now on. False where the engine cannot. */
  replaceCertificate(pair: TlsKeyPair): boolean;
}

/** `::ffff:192.0.2.1` is an IPv4 address that came in by a dual-stack socket; zones are cut off. */
export function normalizeAddress(address: string): string {
  const zone = address.indexOf("%");
  const bare = zone < 0 ? address : address.slice(0, zone);
  return bare.startsWith("::ffff:") && bare.includes(".") ? bare.slice(7) : bare;
}
