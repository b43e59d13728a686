/**
 * What carries the lines of a session at the PTCHAT door: a connection, or datagrams.
 *
 * @module
 */
import type { LineTransport } from "../../net/line_connection.ts";
import type { Urgency } from "../../ptchat/udp_outlet.ts";

/** What a transport may need to know of a text that it sends, where it cannot send all. */
export interface PtchatSendOptions {
  readonly urgency: Urgency;
  /** The same in few bytes. */
  readonly short?: string;
}

/** What carries a session's lines. What only datagrams have to know is left out by connections. */
export interface PtchatTransport extends LineTransport {
  /** Sends whole lines. False when they do not fit: the user reads too slowly. */
  offerText(lines: string, how: PtchatSendOptions): boolean;
  /** Whether what was sent last has to wait until the other end has said more. */
  readonly holdsBack?: boolean;
  /** Whether the address may be forged: what is tried from it is counted for nobody. */
  readonly isUnconfirmed?: boolean;
  /** The user knew an account's password. */
  signedIn?(): void;
}
