/**
 * The link of a stream: its interface, serialized writes, and closing.
 *
 * @module
 */
import { type ByteSink, type LinkReader, writeAll } from "../links/json_lines.ts";

/** A link for a stream, after the hello; every `PeerLink` is one. */
export interface StreamLink {
  /** For reading. */
  readonly reader: LinkReader;
  /** For writing and closing. */
  readonly conn: ByteSink & { close(): void };
}

/** Closes a link; does nothing if it is already closed. */
export function closeLink({ conn }: StreamLink): void {
  try {
    conn.close();
  } catch {
    // Already closed.
  }
}

/**
 * Serializes writes, so that their bytes never mix.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { LinkWriter } from "./link.ts";
 * const seen: number[] = [];
 * const slow = { write: async (bytes: Uint8Array) => (await null, seen.push(bytes[0]!), 1) };
 * const writer = new LinkWriter(slow);
 * void writer.write(Uint8Array.from([1, 2]));
 * assert.equal(await writer.write(Uint8Array.from([3])), true);
 * assert.deepEqual(seen, [1, 2, 3]);
 * ```
 */
export class LinkWriter {
  readonly #sink: ByteSink;
  #last: Promise<boolean> = Promise.resolve(true);
  #waiting = 0;

  /** Writes nothing yet. */
  constructor(sink: ByteSink) {
    this.#sink = sink;
  }

  /** Number of pending writes. */
  get waiting(): number {
    return this.#waiting;
  }

  /**
   * Writes all of `bytes` after earlier writes.
   *
   * @returns False if the link is broken; then nothing more is written. Never rejects.
   */
  write(bytes: Uint8Array): Promise<boolean> {
    this.#waiting++;
    this.#last = this.#last.then(async (works) => {
      try {
        if (works) await writeAll(this.#sink, bytes);
        return works;
      } catch {
        return false; // the reader of this link reports the cause
      } finally {
        this.#waiting--;
      }
    });
    return this.#last;
  }
}
