/**
 * What carries the lines of a visitor of the PTCHAT door: a connection, or datagrams.
 *
 * @module
 */
import type { Urgency } from "../../ptchat/udp_outlet.ts";

/** What a transport may need to know of a text that it sends, where it cannot send all. */
export interface PtchatSendOptions {
  readonly urgency: Urgency;
  /** The same in few bytes. */
  readonly short?: string;
}

/** What carries a visitor's lines. */
export interface PtchatTransport {
  readonly address: string;
  readonly encrypted: boolean;
  /** Bytes that wait to be sent. */
  readonly pendingBytes: number;
  /** How many writes have gone out: as long as it grows, the other end reads. */
  readonly writes: number;
  /** Whether what was sent last has to wait until the other end has said more. */
  readonly holdsBack: boolean;
  /** Whether the address may be forged: what is tried from it is counted for nobody. */
  readonly isUnconfirmed: boolean;
  /** Sends text made of whole lines. False when the visitor reads too slowly. */
  send(text: string, how: PtchatSendOptions): boolean;
  /** Settles when there is room for more of a long text, or the visitor is gone. */
  drained(): Promise<void>;
  /** The visitor knew an account's password. */
  signedIn(): void;
  /** Sends what is pending and a last line, then closes. */
  end(last: string): void;
  /** More lines wait than should (true), or few enough again (false). */
  crowded(crowded: boolean): void;
}
