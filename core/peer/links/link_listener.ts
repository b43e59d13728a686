/**
 * Where other clients come in: a bound port, whatever library carries it.
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
  /** The protocol that both sides have agreed on. */
  readonly alpn: string | undefined;
  /** The other end. */
  readonly from: Candidate;
}

/** A connection that has just come in. */
export interface AcceptedSocket {
  /** Resolves when the handshake is done; rejects when it fails, or the connection is cut before. */
  readonly shaken: Promise<HandshakenConn>;
  /** Hangs up, at any time; may be called twice. */
  cut(): void;
}

/** Options for an {@linkcode LinkListener}. */
export interface LinkListenerOptions {
  /** The certificate and key to show. */
  readonly identity: Identity;
  /** What to bind to. */
  readonly hostname: string;
  /** 0: the system chooses. */
  readonly port: number;
  /** Takes accepted sockets. */
  readonly arrived: (arrival: AcceptedSocket) => void;
}

/** A bound port. Disposing of it closes every connection it accepted. */
export interface LinkListener extends AsyncDisposable {
  /** What it is bound to. */
  readonly address: Candidate;
  /** Whether a connection that is cut in its handshake may stay open, see StuckSockets. */
  readonly mayStick: boolean;
}
