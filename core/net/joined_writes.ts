/**
 * What an outbox sends through, where the other end reads a stream of bytes: all that waits goes out in one write.
 *
 * @module
 */
import { concatBytes } from "../bytes.ts";
import type { Connection } from "./connection.ts";
import type { OutboxCarrier } from "./outbox.ts";

/** Joins chunks; the last result is kept, since the members of a room mostly get the same ones. */
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

  /** Lets go of what was joined last, so that it is not kept in memory. */
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

/** Forgets the bytes shared by the last flushes. Called when a round of flushes is over. */
export function forgetJoined(): void {
  joiner.forget();
}

/** Writes to a connection what is put together from the chunks of an outbox. */
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
