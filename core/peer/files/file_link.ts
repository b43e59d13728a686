/**
 * The link that one transfer runs over, and what ends it: the user, the other side, silence.
 *
 * @module
 */
import { cleanText } from "../../ground/text.ts";
import { ProtocolError } from "../errors.ts";
import { type ByteSink, type ByteSource, LinkReader } from "../json_lines.ts";
import { TransferError } from "./errors.ts";
import { GOODBYE_MS, STALL_MS } from "./limits.ts";

/** The reason of whoever says no without one. */
export const DECLINED = "declined";
const CANCELLED = "cancelled";

/** What a transfer needs of a link. Every `PeerLink` is one; its transfer closes it. */
export interface FileLink {
  /** The minor version of the protocol that both clients know; 0 if absent. */
  readonly minor?: number;
  /** For reading. */
  readonly reader: LinkReader;
  /** For writing and closing. */
  readonly conn: ByteSink & { close(): void };
}

/** Reads, writes and closes: every `Deno.Conn` does. */
export interface Duplex extends ByteSource, ByteSink {
  /** Ends it; what still reads or writes fails. */
  close(): void;
}

/** Makes a {@linkcode FileLink} of a connection. */
export function fileLinkOf(conn: Duplex): FileLink {
  return { reader: new LinkReader(conn), conn };
}

/** What {@linkcode LinkGuard} may be told. */
export interface GuardOptions {
  /** Ends the transfer; the other side is told. */
  readonly signal?: AbortSignal | undefined;
  /** How long a running transfer may stand still. */
  readonly stallMs?: number | undefined;
}

/**
 * Watches over a link during one transfer. Whatever ends the transfer first is the error that the
 * caller gets; closing the link then wakes whoever still reads or writes.
 */
export class LinkGuard implements Disposable {
  readonly #link: FileLink;
  readonly #signal: AbortSignal | undefined;
  readonly #stallMs: number;
  readonly #stopped = Promise.withResolvers<never>();
  readonly #onAbort = () => this.#abort();
  #failure: unknown;
  #closed = false;
  #movedMs = performance.now();
  #stallTimer: ReturnType<typeof setTimeout> | undefined;
  #goodbyeTimer: ReturnType<typeof setTimeout> | undefined;

  /**
   * Watches from now on.
   *
   * @param link Closed at the end, in every case.
   */
  constructor(link: FileLink, { signal, stallMs = STALL_MS }: GuardOptions = {}) {
    this.#link = link;
    this.#signal = signal;
    this.#stallMs = stallMs;
    this.#stopped.promise.catch(() => {}); // not everybody waits for it
    if (signal?.aborted) this.#abort();
    else signal?.addEventListener("abort", this.#onAbort, { once: true });
  }

  /** Rejects when the transfer is to end before its time. */
  get stopped(): Promise<never> {
    return this.#stopped.promise;
  }

  /** Whether somebody ended the transfer before its time, so that there is no more to do. */
  get isStopped(): boolean {
    return this.#failure !== undefined;
  }

  /** Throws why the transfer is to end, if it is. */
  throwIfStopped(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** The link's bytes; each read is a sign of life. */
  readonly source: ByteSource = {
    read: async (into) => {
      const count = await this.#link.reader.read(into);
      this.moved();
      return count;
    },
  };

  /** Where bytes for the other side go; each write is a sign of life. */
  readonly sink: ByteSink = {
    write: async (bytes) => {
      const count = await this.#link.conn.write(bytes);
      this.moved();
      return count;
    },
  };

  /** From here on somebody has to move. */
  watch(): void {
    this.moved();
    this.#stallTimer ??= setInterval(() => {
      if (performance.now() - this.#movedMs < this.#stallMs) return;
      const seconds = Math.round(this.#stallMs / 1000);
      this.fail(new TransferError("stalled", `Nothing came or went for ${seconds} s`));
      this.close();
    }, this.#stallMs / 4);
  }

  /** Some bytes came or went. */
  moved(): void {
    this.#movedMs = performance.now();
  }

  /** Ends the transfer for this reason, unless there is an earlier one; the link stays open. */
  fail(failure: unknown): void {
    if (this.#failure !== undefined) return;
    this.#failure = failure;
    this.#stopped.reject(failure);
  }

  /** The error to throw when `cause` came up: the first reason there was. */
  errorOf(cause: unknown): unknown {
    if (this.#failure !== undefined) return this.#failure;
    if (cause instanceof TransferError) return cause;
    if (cause instanceof ProtocolError && cause.fault !== "cut") {
      return new TransferError("protocol", cause.message, { cause });
    }
    return new TransferError("lost", "The link was lost", { cause });
  }

  /** Closes the link some time from now, for a goodbye that nobody hears must not last. */
  closeSoon(): void {
    this.#goodbyeTimer ??= setTimeout(() => this.close(), GOODBYE_MS);
  }

  /** Closes the link now. May be called twice. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    try {
      this.#link.conn.close();
    } catch {
      // closed by the other side already
    }
  }

  /** Closes the link and stops watching. */
  [Symbol.dispose](): void {
    this.close();
    this.release();
  }

  /** Stops watching and leaves the link to somebody else. */
  release(): void {
    clearInterval(this.#stallTimer);
    clearTimeout(this.#goodbyeTimer);
    this.#signal?.removeEventListener("abort", this.#onAbort);
  }

  #abort(): void {
    this.fail(this.#signal?.reason);
    this.closeSoon();
  }
}

/** What the other side may be told about why a transfer ends: no path, no inner detail. */
export function reasonForPeer(error: unknown): string {
  if (!(error instanceof TransferError)) return CANCELLED;
  if (error.fault === "no-space") return "not enough space on the disk";
  if (error.fault === "cannot-write") return "the folder cannot be written";
  return error.message;
}

/** What the other side did and why, where it says more than that it did. */
export function withReason(what: string, reason: string): string {
  const said = cleanText(reason).trim();
  return said === "" || said === DECLINED || said === CANCELLED ? what : `${what}: ${said}`;
}

/** Reads what still comes until the other side closes, so that it gets our last words. */
export async function drain(source: ByteSource): Promise<void> {
  const waste = new Uint8Array(16 * 1024);
  try {
    while (await source.read(waste) !== null);
  } catch {
    // closed at last, by whoever
  }
}
