/**
 * TLS connections that Deno cannot close: one that is closed in the middle of its handshake stays open until the other end
 * goes on or leaves. Each has a file descriptor, so there is a limit to them.
 *
 * @module
 */
import { tryClose } from "./try_close.ts";

/** The connections of one listener which it has given up in their handshake. */
export class AbandonedHandshakes {
  #most: number;
  #conns = new Map<Deno.TlsConn, Promise<void>>();
  #waiting: PromiseWithResolvers<void> | undefined;

  /** @param most How many there may be before nobody should be accepted. */
  constructor(most: number) {
    this.#most = Math.max(1, most);
  }

  /** Whether there are so many that nobody should be accepted. */
  get isFull(): boolean {
    return this.#conns.size >= this.#most;
  }

  /** Closes a connection as soon as its handshake comes to an end. */
  add(conn: Deno.TlsConn, handshake: Promise<unknown>): void {
    const settled = handshake.then(() => {}, () => {}); // either way it can be closed now
    const over = settled.then(() => {
      tryClose(conn);
      this.#conns.delete(conn);
      this.#wake();
    });
    this.#conns.set(conn, over);
  }

  /** Resolves when there are no longer too many. */
  room(): Promise<void> {
    if (!this.isFull) return Promise.resolve();
    this.#waiting ??= Promise.withResolvers();
    return this.#waiting.promise;
  }

  /** Lets go of all, as the process does when it ends. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#most = Infinity;
    this.#wake();
    for (const conn of this.#conns.keys()) tryClose(conn);
    await Promise.all(this.#conns.values());
  }

  #wake(): void {
    if (this.isFull) return;
    this.#waiting?.resolve();
    this.#waiting = undefined;
  }
}
