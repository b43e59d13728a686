/**
 * A connection of lines: one in, one out, whatever carries them. A byte stream is cut into lines and joins what it sends
 * ({@linkcode LineStream}); where each line is a message of its own, as over a WebSocket, neither is needed.
 *
 * @module
 */
import type { LineFault } from "./lines.ts";

/** What carries the lines that go to one client, and how fast lines may come from it. */
export interface LineTransport {
  /** IP address of the other end. */
  readonly address: string;
  /** Whether the way to the other end is encrypted. */
  readonly encrypted: boolean;
  /** Bytes that wait to be sent. */
  readonly pendingBytes: number;
  /** How many writes have gone out: as long as it grows, the other end reads. */
  readonly writes: number;
  /** Settles when there is room for more of a long text, or the connection is over. For one caller at a time. */
  drained(): Promise<void>;
  /** More lines wait than should (true), or few enough again (false). */
  crowded(isCrowded: boolean): void;
  /** Sends what is pending and a last line, with its line end, then closes. */
  end(last: string): void;
}

/** A connection of lines that takes them as text or encoded: what many clients get is encoded once. */
export interface LineConnection extends LineTransport {
  /** Queues whole lines, each with its line end. False when they do not fit: the other end reads too slowly. */
  offerText(lines: string): boolean;
  /** As {@linkcode LineConnection.offerText}. The bytes must not change later. */
  offer(lines: Uint8Array): boolean;
}

/** Who reads the lines of a connection. */
export interface LineReader {
  /** A line came; it is without its line end. */
  line(text: string): void;
  /** Something came that is no line: see {@linkcode LineEvents.fault}. */
  fault(fault: LineFault, line?: Uint8Array): void;
  /** The other end has sent its last line, and why, in words for the log. */
  ended(reason: string): void;
}
