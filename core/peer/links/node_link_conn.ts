/**
 * Adapts an accepted connection of `core/net` to the interface of Deno's connections.
 *
 * @module
 */
import type { Connection } from "../../net/connection.ts";
import type { LinkConn } from "./link.ts";

/** Number of unread bytes at which reading from the socket pauses, so that the other end has to wait. */
const MAX_UNREAD_BYTES = 256 * 1024;
/** How long the other end has to close its side as well. */
const CLOSE_MS = 2_000;

/** The connection of a link that was accepted by `node:tls`. */
export class NodeLinkConn implements LinkConn {
  readonly #connection: Connection;
  readonly #chunks: Uint8Array[] = [];
  readonly #writes = new Set<() => void>();
  #unreadBytes = 0;
  #isPaused = false;
  /** `ended`: no more is read; `closed`: no more is written either. */
  #life: "open" | "ended" | "closed" = "open";
  #wake: (() => void) | undefined;

  /** Owns `connection` from now on; nothing may have been read from it. */
  constructor(connection: Connection) {
    this.#connection = connection;
    connection.open({
      data: (bytes) => this.#take(bytes.slice()),
      ended: () => this.#end(),
      closed: () => {
        this.#life = "closed";
        for (const fail of this.#writes) fail();
        this.#end();
      },
    });
  }

  /** Reads up to `into.length` bytes; `null` at the end. */
  async read(into: Uint8Array): Promise<number | null> {
    while (this.#chunks.length === 0) {
      if (this.#life !== "open") return null;
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
    let filled = 0;
    for (let chunk; filled < into.length && (chunk = this.#chunks.shift()) !== undefined;) {
      const piece = chunk.subarray(0, into.length - filled);
      into.set(piece, filled);
      filled += piece.length;
      if (piece.length < chunk.length) this.#chunks.unshift(chunk.subarray(piece.length));
    }
    this.#unreadBytes -= filled;
    if (this.#isPaused && this.#unreadBytes < MAX_UNREAD_BYTES / 2) {
      this.#isPaused = false;
      this.#connection.resume();
    }
    return filled;
  }

  /** Writes all of `bytes`. @throws {Deno.errors.BrokenPipe} When the connection has ended. */
  write(bytes: Uint8Array): Promise<number> {
    return new Promise((resolve, reject) => {
      const fail = () => reject(new Deno.errors.BrokenPipe("The connection has ended"));
      if (this.#life === "closed") return fail();
      this.#writes.add(fail);
      this.#connection.write(bytes, () => {
        this.#writes.delete(fail);
        resolve(bytes.length);
      });
    });
  }

  /** Closes once pending writes are sent. May be called twice. */
  close(): void {
    this.#chunks.length = 0;
    this.#end();
    this.#connection.end(CLOSE_MS);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #take(bytes: Uint8Array): void {
    if (this.#life !== "open") return;
    this.#chunks.push(bytes);
    this.#unreadBytes += bytes.length;
    if (!this.#isPaused && this.#unreadBytes > MAX_UNREAD_BYTES) {
      this.#isPaused = true;
      this.#connection.pause();
    }
    this.#wake?.();
  }

  #end(): void {
    if (this.#life === "open") this.#life = "ended";
    this.#wake?.();
  }
}
