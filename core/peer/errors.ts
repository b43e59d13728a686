/**
 * The two errors of the peer links that a caller is meant to catch.
 *
 * @module
 */

/**
 * Why no link came about, or why one ended:
 * - `no-answer`: the other client did not answer the request: no peer support, or silent.
 * - `unreachable`: it answered, but no address of either side could be reached, nor the relay.
 * - `untrusted`: the key is not the one pinned to that account.
 * - `refused`: the other side said no.
 * - `protocol`: the other side does not keep to the protocol.
 * - `closed`: the link or the service was closed.
 */
export type PeerFault =
  | "no-answer"
  | "unreachable"
  | "untrusted"
  | "refused"
  | "protocol"
  | "closed";

/** A link to another client could not be opened, or did not last. */
export class PeerError extends Error {
  /** Tells it from other errors. */
  override readonly name = "PeerError";
  /** Says why: `fault` to a program, `message` to people. */
  constructor(readonly fault: PeerFault, message: string, options?: ErrorOptions) {
    super(message, options);
  }
}

/**
 * What is wrong with bytes of a peer:
 * - `too-long`: a line is longer than its cap.
 * - `cut`: the link ended in the middle of something.
 * - `bad-text`: no UTF-8.
 * - `bad-json`: no JSON.
 * - `bad-shape`: JSON, but not what belongs here.
 */
export type ProtocolFault = "too-long" | "cut" | "bad-text" | "bad-json" | "bad-shape";

/** The peer sent bytes that do not belong there. The link is to be closed. */
export class ProtocolError extends Error {
  /** Tells it from other errors. */
  override readonly name = "ProtocolError";
  /** Says what is wrong: `fault` to a program, `message` to people. */
  constructor(readonly fault: ProtocolFault, message: string, options?: ErrorOptions) {
    super(message, options);
  }
}
