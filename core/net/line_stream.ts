/**
 * Lines over a stream of bytes: what comes is cut, no faster than it is worked off; what goes out is joined.
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

/** Cuts bytes into lines, and hands them on: as many as may wait. */
export interface LineCutter {
  /** Takes the next bytes, which are only valid during the call. */
  push(bytes: Uint8Array): void;
  /** Takes what was kept back, as far as lines can be taken now. */
  goOn(): void;
  /** Takes all that was kept back: nothing more will come. */
  end(): void;
}

/** Options for {@linkcode LineStream}. */
export interface LineStreamOptions {
  readonly connection: Connection;
  /** How fast bytes may come. */
  readonly budget: ByteBudget;
  /** Asks {@linkcode LineStream.isCrowded} whether it may go on. */
  readonly cutter: LineCutter;
  /** Something waits to be sent: the outbox is to be flushed. */
  readonly due: (outbox: Outbox) => void;
  /** The other end has sent its last byte, or the connection is gone, and why, in words for the log. */
  readonly ended: (reason: string) => void;
}

/** A connection of lines over one of bytes, whose events it takes. */
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

  /** Whether no more lines can be taken now. */
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
    if (!isCrowded) this.#options.cutter.goOn(); // after which it may be crowded again
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
