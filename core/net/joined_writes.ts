/**
 * The carrier of an outbox over a byte stream: all queued chunks go out in one write.
 *
 * @module
 */
import { concatBytes } from "../ground/bytes.ts";
import type { Connection } from "./connection.ts";
import type { OutboxCarrier } from "./outbox.ts";

/** Joins chunks; the last result is cached, since the members of a room mostly get the same chunks. */
class Joiner {
  #chunks: readonly Uint8Array[] = [];
  #joined: Uint8Array = new Uint8Array(0);

  join(chunks: readonly Uint8Array[]): Uint8Array {
    if (chunks.length === 1) return chunks[0]!;
    if (!this.#isLast(chunks)) {
      this.#chunks = chunks;
      this.#joined = concatBytes(chunks);
    }
    return this.#joined;
  }

  /** Clears the cache, to free its memory. */
  forget(): void {
    this.#chunks = [];
    this.#joined = new Uint8Array(0);
  }

  #isLast(chunks: readonly Uint8Array[]): boolean {
    const last = this.#chunks;
    if (last.length !== chunks.length) return false;
    for (let i = chunks.length - 1; i >= 0; i--) if (last[i] !== chunks[i]) return false;
    return true;
  }
}

const joiner = new Joiner();

/** Clears the cache of joined bytes. Called after a round of flushes. */
export function forgetJoined(): void {
  joiner.forget();
}

/** Writes the joined chunks of an outbox to a connection. */
export class JoinedWrites implements OutboxCarrier {
  #connection: Pick<Connection, "write" | "end" | "destroy">;

  constructor(connection: Pick<Connection, "write" | "end" | "destroy">) {
    this.#connection = connection;
  }

  write(chunks: readonly Uint8Array[], done: () => void): void {
    this.#connection.write(joiner.join(chunks), done);
  }

  end(withinMs?: number): void {
    this.#connection.end(withinMs);
  }

  destroy(): void {
    this.#connection.destroy();
  }
}
