/**
 * The transport of a PTCHAT session's lines: a connection, or datagrams.
 *
 * @module
 */
import type { LineTransport } from "../../net/line_connection.ts";
import type { Urgency } from "../../ptchat/udp_outlet.ts";

/** How to treat a text on a transport that cannot send everything. */
export interface PtchatSendOptions {
  readonly urgency: Urgency;
  /** The same text in fewer bytes. */
  readonly short?: string;
}

/** Carries a session's lines. The optional members are for datagrams. */
export interface PtchatTransport extends LineTransport {
  /** Queues whole lines. Returns false when they do not fit: the user reads too slowly. */
  offerText(lines: string, how: PtchatSendOptions): boolean;
  /** Whether the last text is held back until the other end sends more. */
  readonly holdsBack?: boolean;
  /** Whether the address may be forged: failed sign-ins do not count against it. */
  readonly isUnconfirmed?: boolean;
  /** The user has signed in with a password. */
  signedIn?(): void;
}
