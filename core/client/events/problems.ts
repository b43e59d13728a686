/**
 * Problems of a client as facts: the kind and its fields. The faces
 * word them.
 *
 * @module
 */
import type { LineFault } from "../../net/lines.ts";
import type { OfferFilesProblem } from "../../peer/files/mod.ts";
import type { PeerProblem } from "../../peer/mod.ts";

/**
 * Faults for programs; several {@linkcode ClientProblem}s may have the same:
 * - `could-not-connect`: no answer, no TLS, or not a chat server.
 * - `server-full`: every slot of the server is in use.
 * - `unknown-server-key`: the server's certificate is unknown, and neither a flag nor the user accepted it.
 * - `changed-server-key`: the server's certificate is not the pinned one.
 * - `disconnected`: the connection was lost before the answer arrived.
 * - `timeout`: no answer in time.
 * - `not-signed-in`: requires an account.
 * - `wrong-password`: name and password do not match.
 * - `server-not-verified`: the server could not prove that it knows the password (SCRAM).
 * - `too-many-attempts`: rate limited; try later.
 * - `too-long`, `bad-name`: cannot be sent at all.
 * - `no-such-user`, `no-such-room`, `not-in-room`, `may-not-speak`, `name-in-use`: refused by the server.
 * - `not-delivered`: a private message did not arrive.
 * - `untrusted-peer`: another client's key is not the one pinned to its account.
 * - `queue-full`: too many lines wait for a connection.
 * - `unsupported`: the server lacks the feature.
 * - `refused`: any other refusal. A `FAIL` of the server has its own code, in lower case.
 */
export type ClientFault =
  | "could-not-connect"
  | "server-full"
  | "unknown-server-key"
  | "changed-server-key"
  | "disconnected"
  | "timeout"
  | "not-signed-in"
  | "wrong-password"
  | "server-not-verified"
  | "too-many-attempts"
  | "too-long"
  | "bad-name"
  | "no-such-user"
  | "no-such-room"
  | "not-in-room"
  | "may-not-speak"
  | "name-in-use"
  | "not-delivered"
  | "untrusted-peer"
  | "queue-full"
  | "unsupported"
  | "refused";

/** Why a connection to the server ended. */
export type LossReason =
  /** Closed without a message; the server does not read; nothing was received for too long. */
  | { readonly kind: "hung-up" | "not-reading" | "silent" }
  | { readonly kind: "bad-line"; readonly fault: LineFault }
  /** This client said goodbye; is being closed. */
  | { readonly kind: "goodbye" | "stopping" }
  /** Too many batches, or too long ones. */
  | { readonly kind: "too-many-batches" | "too-many-batched-lines"; readonly max: number }
  /** `ERROR`, in the server's words. */
  | { readonly kind: "server-said"; readonly text: string }
  /** The socket failed, with the system's message. */
  | { readonly kind: "socket"; readonly message: string }
  /** It could not be opened or registered. */
  | { readonly kind: "problem"; readonly problem: ClientProblem }
  /** The owner of the client closed it, with this text. */
  | { readonly kind: "closed-here"; readonly text: string }
  /** An unexpected error. */
  | { readonly kind: "unexpected"; readonly message: string };

/** Why a server could not be dialed. */
export type DialFailure =
  | {
    readonly kind:
      | "refused"
      | "hung-up"
      | "unknown-host"
      | "host-unreachable"
      | "network-unreachable"
      | "no-answer"
      | "not-tls"
      | "no-certificate";
  }
  /** With the message of the system or of core/net. */
  | { readonly kind: "other"; readonly message: string };

/** Why a direct link to another client could not be used. */
export type PeerFailure =
  /** All ways failed; the failure of each, with messages of core/peer unless the server was involved. */
  | {
    readonly kind: "unreachable";
    readonly account: string;
    readonly ways: readonly (string | ClientProblem)[];
  }
  /** The client has answered before, but does not now. */
  | { readonly kind: "stopped-answering" }
  /** It does not answer, and the account is verified: nothing may go through the server. */
  | { readonly kind: "verified-but-silent" }
  /** It does not answer requests for streams. */
  | { readonly kind: "takes-no-streams" }
  /** No link, or not any more, for another reason. */
  | { readonly kind: "link"; readonly problem: Exclude<PeerProblem, { kind: "unreachable" }> }
  /** Anything else, in the words of core/peer/files. */
  | { readonly kind: "other"; readonly message: string };

/** Facts about the connection and the server. */
export type ConnectionProblem =
  | { readonly kind: "cannot-dial"; readonly server: string; readonly failure: DialFailure }
  | { readonly kind: "unknown-server"; readonly server: string; readonly fingerprint: string }
  | {
    readonly kind: "unexpected-server";
    readonly server: string;
    readonly fingerprint: string;
    readonly expected: string;
  }
  | {
    readonly kind: "changed-server";
    readonly server: string;
    readonly fingerprint: string;
    /** The pinned fingerprints; empty when the line that has them cannot be read. */
    readonly expected: readonly string[];
    /** The file with the pin. */
    readonly path: string;
    readonly line: number;
  }
  /** The server ended the registration with `ERROR`, perhaps without a text. */
  | {
    readonly kind: "registration-refused";
    readonly isFull: boolean;
    readonly text: string | undefined;
  }
  | { readonly kind: "not-connected" }
  | { readonly kind: "connection-lost"; readonly reason: LossReason }
  /** The client is being closed. */
  | { readonly kind: "closing"; readonly reason: LossReason }
  /** `command` is absent if the server should have continued by itself. */
  | { readonly kind: "no-answer"; readonly command: string | undefined }
  /** The server refused a request, in its own words. */
  | {
    readonly kind: "server-refusal";
    readonly fault: ClientFault;
    /** The fault, or the server's own code if that is more specific. */
    readonly code: string;
    /** The subject: a name, a room. */
    readonly subject: string | undefined;
    readonly text: string;
  };

/** Facts about accounts and signing in. */
export type AccountProblem =
  | { readonly kind: "not-signed-in" }
  /** Requires an account. */
  | { readonly kind: "sign-in-first"; readonly wanted: "files" | "streams" | "links" }
  | { readonly kind: "signed-in-as-another"; readonly account: string }
  | { readonly kind: "already-signed-in"; readonly account: string }
  /** The server has no accounts; has no registration. */
  | { readonly kind: "no-accounts" | "no-registration" }
  /** With the server's text, if any. */
  | { readonly kind: "verification-required"; readonly text: string | undefined }
  | { readonly kind: "no-common-mechanism"; readonly offered: readonly string[] }
  /** `detail` is the message of SCRAM. */
  | { readonly kind: "wrong-password"; readonly detail: string | undefined }
  | { readonly kind: "server-not-verified"; readonly detail: string }
  /** The server violated the sign-in protocol. */
  | { readonly kind: "bad-challenge" | "out-of-order-sign-in" }
  | { readonly kind: "bad-account-name"; readonly name: string }
  | { readonly kind: "empty-password" | "password-with-controls" }
  | { readonly kind: "password-too-long"; readonly maxBytes: number };

/** Facts about messages. */
export type SpeechProblem =
  | { readonly kind: "too-long"; readonly maxBytes: number }
  /** With the message of core/peer. */
  | { readonly kind: "too-long-for-link"; readonly message: string }
  | { readonly kind: "left-room"; readonly room: string }
  | { readonly kind: "not-sent"; readonly reason: LossReason }
  | { readonly kind: "not-sent-to"; readonly to: string }
  | { readonly kind: "queue-full"; readonly waiting: number; readonly text: string }
  /** Sent, but the connection was lost before the answer, so it is unknown whether it arrived. */
  | { readonly kind: "unconfirmed"; readonly text: string }
  | { readonly kind: "no-history" | "no-notes" }
  | { readonly kind: "not-online"; readonly nick: string }
  /** Another key than the pinned one (`untrusted`), or anything else. */
  | {
    readonly kind: "not-delivered";
    readonly to: string;
    readonly untrusted: boolean;
    readonly failure: PeerFailure;
  };

/** Facts about files, audio and video. */
export type OfferProblem =
  | { readonly kind: "too-many-offers" }
  /** There is nothing to `answer`, or to `end`; with that number, if one was given. */
  | {
    readonly kind: "no-such-offer";
    readonly number: number | undefined;
    readonly wanted: "answer" | "end";
  }
  | { readonly kind: "no-such-stream"; readonly number: number | undefined }
  | { readonly kind: "bad-peer-name"; readonly name: string }
  | { readonly kind: "not-in-room"; readonly room: string }
  | { readonly kind: "nobody-in-room"; readonly room: string }
  | { readonly kind: "nobody-answers-in-room"; readonly room: string }
  | { readonly kind: "call-with-room" }
  /** Files that cannot be offered. */
  | {
    readonly kind: "cannot-offer-files";
    readonly code: "nothing-to-send" | "too-many";
    readonly problem: OfferFilesProblem;
  }
  /** An audio or video source that cannot be used, with the message of core/media. */
  | { readonly kind: "cannot-use-source"; readonly code: string; readonly message: string }
  | {
    readonly kind: "not-offered";
    readonly to: string;
    readonly untrusted: boolean;
    readonly failure: PeerFailure;
  };

/** Why something failed. Plain values only, so that it can be sent anywhere. */
export type ClientProblem =
  | ConnectionProblem
  | AccountProblem
  | SpeechProblem
  | OfferProblem
  /** An unexpected error. */
  | { readonly kind: "unexpected"; readonly message: string };

/** The problem of a kind. */
export type ProblemOf<Kind extends ClientProblem["kind"]> = Extract<
  ClientProblem,
  { readonly kind: Kind }
>;
