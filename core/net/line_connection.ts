/**
 * A connection that sends and receives lines, independent of the transport. A byte stream has to be split into lines, and
 * joins what it sends ({@linkcode LineStream}); over a message transport such as a WebSocket neither is needed.
 *
 * @module
 */
import type { LineFault } from "./lines.ts";

/** The transport of the lines to one client, and the flow control of the lines from it. */
export interface LineTransport {
  /** IP address of the other end. */
  readonly address: string;
  /** Whether the connection is encrypted. */
  readonly encrypted: boolean;
  /** Bytes queued for sending. */
  readonly pendingBytes: number;
  /** Number of completed writes: while it grows, the other end is reading. */
  readonly writes: number;
  /** Settles when there is room for more of a long text, or the connection has ended. For one caller at a time. */
  drained(): Promise<void>;
  /** Too many lines are waiting (true), or few enough again (false). */
  crowded(isCrowded: boolean): void;
  /** Sends what is pending and a last line, with its line end, then closes. */
  end(last: string): void;
}

/** Accepts lines as text or as bytes, so that lines to many clients are encoded once. */
export interface LineConnection extends LineTransport {
  /** Queues whole lines, each with its line end. Returns false when they do not fit: the other end reads too slowly. */
  offerText(lines: string): boolean;
  /** As {@linkcode LineConnection.offerText}. The bytes must not change later. */
  offer(lines: Uint8Array): boolean;
}

/** Handlers for the lines of a connection. */
export interface LineReader {
  /** A line, without its line end. */
  line(text: string): void;
  /** An invalid line: see {@linkcode LineEvents.fault}. */
  fault(fault: LineFault, line?: Uint8Array): void;
  /** The other end has sent its last line; `reason` is for the log. */
  ended(reason: string): void;
}
