/**
 * Lines over a byte stream: splits the input, no faster than it is handled, and joins the output.
 *
 * @module
 */
import type { Connection, ConnectionEvents } from "./connection.ts";
import { JoinedWrites } from "./joined_writes.ts";
import type { LineConnection } from "./line_connection.ts";
import { Outbox } from "./outbox.ts";
import { ReadingPace } from "./reading_pace.ts";
import type { ByteBudget } from "./throttle.ts";

const encoder = new TextEncoder();

/** Splits bytes into lines and passes them on, up to a limit of waiting lines. */
export interface LineCutter {
  /** Takes the next bytes, which are only valid during the call. */
  push(bytes: Uint8Array): void;
  /** Continues with the bytes held back, as far as lines can be handled now. */
  resume(): void;
  /** Handles all bytes held back: no more will follow. */
  end(): void;
}

/** Options for {@linkcode LineStream}. */
export interface LineStreamOptions {
  readonly connection: Connection;
  /** Limits the byte rate. */
  readonly budget: ByteBudget;
  /** Asks {@linkcode LineStream.isCrowded} whether it may go on. */
  readonly cutter: LineCutter;
  /** Data is queued: the outbox has to be flushed. */
  readonly due: (outbox: Outbox) => void;
  /** The other end has sent its last byte, or the connection is closed; `reason` is for the log. */
  readonly ended: (reason: string) => void;
}

/** A line connection over a byte connection, whose events it handles. */
export class LineStream implements LineConnection, ConnectionEvents {
  readonly address: string;
  readonly encrypted: boolean;
  #options: LineStreamOptions;
  #outbox: Outbox;
  #pace: ReadingPace;
  #isCrowded = false;

  constructor(options: LineStreamOptions) {
    const { connection, budget } = options;
    this.address = connection.address;
    this.encrypted = connection.encrypted;
    this.#options = options;
    this.#outbox = new Outbox(new JoinedWrites(connection));
    this.#pace = new ReadingPace(connection, budget);
  }

  get pendingBytes(): number {
    return this.#outbox.pendingBytes;
  }

  get writes(): number {
    return this.#outbox.writes;
  }

  /** Whether no more lines can be handled now. */
  get isCrowded(): boolean {
    return this.#isCrowded;
  }

  data(bytes: Uint8Array): void {
    this.#pace.received(bytes.length);
    this.#options.cutter.push(bytes);
  }

  ended(): void {
    this.closed("connection closed");
  }

  closed(reason: string): void {
    this.#options.cutter.end();
    this.#options.ended(reason);
  }

  offer(lines: Uint8Array): boolean {
    return this.#taken(this.#outbox.offer(lines));
  }

  offerText(lines: string): boolean {
    return this.#taken(this.#outbox.offerText(lines));
  }

  drained(): Promise<void> {
    return this.#outbox.drained();
  }

  crowded(isCrowded: boolean): void {
    this.#isCrowded = isCrowded;
    if (!isCrowded) this.#options.cutter.resume(); // after which it may be crowded again
    this.#pace.crowded(this.#isCrowded);
  }

  end(last: string): void {
    this.#pace.stop();
    this.#outbox.end(encoder.encode(last));
  }

  #taken(fits: boolean): boolean {
    if (fits) this.#options.due(this.#outbox);
    return fits;
  }
}
