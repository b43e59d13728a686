/**
 * The link of a stream: what is asked of it, writes that take turns, closing.
 *
 * @module
 */
import { type ByteSink, type LinkReader, writeAll } from "../links/json_lines.ts";

/** A link whose hello is done and whose purpose is a stream; every `PeerLink` is one. */
export interface StreamLink {
  /** Whatever comes is read here. */
  readonly reader: LinkReader;
  /** For writing and closing. */
  readonly conn: ByteSink & { close(): void };
}

/** Closes a link; does nothing when it is closed already. */
export function closeLink({ conn }: StreamLink): void {
  try {
    conn.close();
  } catch {
    // It is closed already.
  }
}

/**
 * Writes one piece after the other, so that their bytes never mix.
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

  /** Nothing is written yet. */
  constructor(sink: ByteSink) {
    this.#sink = sink;
  }

  /** How many writes are not done yet. */
  get waiting(): number {
    return this.#waiting;
  }

  /**
   * Writes all of `bytes`, after what was given before.
   *
   * @returns False when the link is broken; then nothing more is written. Never rejects.
   */
  write(bytes: Uint8Array): Promise<boolean> {
    this.#waiting++;
    this.#last = this.#last.then(async (works) => {
      try {
        if (works) await writeAll(this.#sink, bytes);
        return works;
      } catch {
        return false; // the reader of this link finds out why
      } finally {
        this.#waiting--;
      }
    });
    return this.#last;
  }
}
