/**
 * The two errors of peer links that callers are expected to catch, and their causes.
 *
 * @module
 */

/**
 * Why a link could not be opened, or why it ended:
 * - `no-answer`: the other client did not answer the request: it does not support peer links, or is silent.
 * - `unreachable`: it answered, but neither an address of either side nor the relay could be reached.
 * - `untrusted`: the key is not the one pinned to that account.
 * - `refused`: the other side refused.
 * - `protocol`: the other side violated the protocol.
 * - `closed`: the link or the service was closed.
 */
export type PeerFault =
  | "no-answer"
  | "unreachable"
  | "untrusted"
  | "refused"
  | "protocol"
  | "closed";

/** Why a text link ended. */
export type TextLinkEnd =
  /** The other side stopped answering; said bye; closed the link; this side closed it. */
  | { readonly kind: "silent" | "bye" | "closed-there" | "closed-here" }
  /** A system error, or the other side violated the protocol. */
  | { readonly kind: "failed"; readonly message: string };

/** Why a call was refused: the key is not trusted, no link is wanted, too many calls are waiting. */
export type CallRefusal = "untrusted" | "not-wanted" | "busy";

/**
 * Why a hello was refused: `ticket`: unknown, used or expired. `proof`: the signature is not by the invited key.
 * `taken`: another connection of the same call was first. `untrusted`: the key is not the one pinned.
 */
export type HelloRefusal = "ticket" | "proof" | "taken" | "untrusted";

/** Why a link could not be opened, or why it ended, as facts; the caller writes the message. */
export type PeerProblem =
  | { readonly kind: "no-answer"; readonly account: string }
  /** The result of each attempt is in the `errors` of the cause. */
  | { readonly kind: "unreachable"; readonly account: string }
  | { readonly kind: "untrusted"; readonly account: string; readonly pin: string }
  | { readonly kind: "call-refused"; readonly account: string; readonly reason: CallRefusal }
  | { readonly kind: "hello-refused"; readonly reason: HelloRefusal }
  /** A link to our own account is never opened. */
  | { readonly kind: "own-account" }
  /** `message` describes what is wrong with the other side's bytes. */
  | { readonly kind: "protocol"; readonly account: string; readonly message: string }
  | { readonly kind: "link-ended"; readonly account: string; readonly end: TextLinkEnd }
  | { readonly kind: "service-closed" | "text-links-closed" };

const FAULTS: Readonly<Record<PeerProblem["kind"], PeerFault>> = {
  "no-answer": "no-answer",
  "unreachable": "unreachable",
  "untrusted": "untrusted",
  "call-refused": "refused",
  "hello-refused": "refused",
  "own-account": "refused",
  "protocol": "protocol",
  "link-ended": "closed",
  "service-closed": "closed",
  "text-links-closed": "closed",
};

/** A link to another client could not be opened, or has failed. */
export class PeerError extends Error {
  /** Tells it from other errors. */
  override readonly name = "PeerError";
  /** The fault, for programs. */
  readonly fault: PeerFault;

  /** `options` may have a cause. */
  constructor(
    /** The cause, as facts. */
    readonly problem: PeerProblem,
    options?: ErrorOptions,
  ) {
    super(`Peer link failed: ${JSON.stringify(problem)}`, options);
    this.fault = FAULTS[problem.kind];
  }
}

/**
 * What is wrong with bytes of a peer:
 * - `too-long`: a line is longer than its limit.
 * - `cut`: the link ended within a line or frame.
 * - `bad-text`: not UTF-8.
 * - `bad-json`: not JSON.
 * - `bad-shape`: JSON of an unexpected shape.
 */
export type ProtocolFault = "too-long" | "cut" | "bad-text" | "bad-json" | "bad-shape";

/** The peer violated the protocol. The link has to be closed. */
export class ProtocolError extends Error {
  /** Tells it from other errors. */
  override readonly name = "ProtocolError";
  /** Describes the error: `fault` for programs, `message` for people. */
  constructor(readonly fault: ProtocolFault, message: string, options?: ErrorOptions) {
    super(message, options);
  }
}
