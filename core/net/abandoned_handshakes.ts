/**
 * TLS connections that Deno cannot close: one that is closed in the middle of its handshake stays open until the other end
 * continues or disconnects. Each has a file descriptor, so their number is limited.
 *
 * @module
 */
import { tryClose } from "./try_close.ts";

/** The connections that one listener has abandoned during their handshake. */
export class AbandonedHandshakes {
  #most: number;
  #conns = new Map<Deno.TlsConn, Promise<void>>();
  #waiting: PromiseWithResolvers<void> | undefined;

  /** @param most How many there may be before the listener should stop accepting. */
  constructor(most: number) {
    this.#most = Math.max(1, most);
  }

  /** Whether the listener should stop accepting. */
  get isFull(): boolean {
    return this.#conns.size >= this.#most;
  }

  /** Closes a connection as soon as its handshake has ended. */
  add(conn: Deno.TlsConn, handshake: Promise<unknown>): void {
    const settled = handshake.then(() => {}, () => {}); // either way it can be closed then
    const over = settled.then(() => {
      tryClose(conn);
      this.#conns.delete(conn);
      this.#wake();
    });
    this.#conns.set(conn, over);
  }

  /** Resolves when there is room for more. */
  room(): Promise<void> {
    if (!this.isFull) return Promise.resolve();
    this.#waiting ??= Promise.withResolvers();
    return this.#waiting.promise;
  }

  /** Closes all of them, for a process that ends. */
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
