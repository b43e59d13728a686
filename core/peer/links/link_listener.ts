/**
 * The interface of listeners for other clients: a bound port, independent of the library.
 *
 * @module
 */
import type { Identity } from "../../identity/identity.ts";
import type { Candidate } from "./address.ts";
import type { LinkConn } from "./link.ts";

/** A connection whose TLS handshake is done. */
export interface HandshakenConn {
  /** The connection. */
  readonly conn: LinkConn;
  /** The negotiated protocol. */
  readonly alpn: string | undefined;
  /** The other end's address. */
  readonly from: Candidate;
}

/** A connection that was just accepted. */
export interface AcceptedSocket {
  /** Resolves when the handshake is done; rejects when it fails, or the connection is closed first. */
  readonly shaken: Promise<HandshakenConn>;
  /** Closes the connection at any time; may be called twice. */
  cut(): void;
}

/** Options for an {@linkcode LinkListener}. */
export interface LinkListenerOptions {
  /** Our certificate and key. */
  readonly identity: Identity;
  /** The address to bind to. */
  readonly hostname: string;
  /** The port; 0: chosen by the system. */
  readonly port: number;
  /** Receives accepted sockets. */
  readonly arrived: (arrival: AcceptedSocket) => void;
}

/** A bound port. Disposing of it closes every connection it accepted. */
export interface LinkListener extends AsyncDisposable {
  /** The bound address. */
  readonly address: Candidate;
  /** Whether a connection that is closed during its handshake may stay open, see StuckSockets. */
  readonly mayStick: boolean;
}
