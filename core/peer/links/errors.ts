/**
 * The two errors of the peer links that a caller is meant to catch, and why they come about.
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

/** Why a text link ended. */
export type TextLinkEnd =
  /** The other side does not answer any more; said bye; closed it; this side closed it. */
  | { readonly kind: "silent" | "bye" | "closed-there" | "closed-here" }
  /** The system failed, or the other side does not keep to the protocol; in the words of either. */
  | { readonly kind: "failed"; readonly message: string };

/** Why a call was refused: the key is not trusted, no link is wanted, too many calls wait. */
export type CallRefusal = "untrusted" | "not-wanted" | "busy";

/**
 * Why a hello was refused: `ticket`: unknown, used or too old. `proof`: the signature is not that of the invited key.
 * `taken`: another connection of the same call came first. `untrusted`: the key is not the one pinned.
 */
export type HelloRefusal = "ticket" | "proof" | "taken" | "untrusted";

/** Why no link came about, or why one ended, as facts; the words for people are up to the caller. */
export type PeerProblem =
  | { readonly kind: "no-answer"; readonly account: string }
  /** What became of each way is in the `errors` of the cause. */
  | { readonly kind: "unreachable"; readonly account: string }
  | { readonly kind: "untrusted"; readonly account: string; readonly pin: string }
  | { readonly kind: "call-refused"; readonly account: string; readonly reason: CallRefusal }
  | { readonly kind: "hello-refused"; readonly reason: HelloRefusal }
  /** A link to oneself is never opened. */
  | { readonly kind: "own-account" }
  /** `message` says what is wrong with the other side's bytes. */
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

/** A link to another client could not be opened, or did not last. */
export class PeerError extends Error {
  /** Tells it from other errors. */
  override readonly name = "PeerError";
  /** What a program can act on. */
  readonly fault: PeerFault;

  /** `options` has the cause, if there is one. */
  constructor(
    /** Why, as facts. */
    readonly problem: PeerProblem,
    options?: ErrorOptions,
  ) {
    super(`Peer link failed: ${JSON.stringify(problem)}`, options);
    this.fault = FAULTS[problem.kind];
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
