/**
 * The link of one transfer, and what ends it: the user, the other side, or a timeout.
 *
 * @module
 */
import { cleanText } from "../../ground/text.ts";
import { ProtocolError } from "../links/errors.ts";
import { type ByteSink, type ByteSource, LinkReader } from "../links/json_lines.ts";
import { TransferError } from "./errors.ts";
import { GOODBYE_MS, STALL_MS } from "./limits.ts";

/** The default reason of a refusal. */
export const DECLINED = "declined";
const CANCELLED = "cancelled";

/** The part of a `PeerLink` that a transfer uses; the transfer closes it. */
export interface FileLink {
  /** The minor version of the protocol that both clients know; 0 if absent. */
  readonly minor?: number;
  /** For reading. */
  readonly reader: LinkReader;
  /** For writing and closing. */
  readonly conn: ByteSink & { close(): void };
}

/** Reads, writes and closes, like every `Deno.Conn`. */
export interface Duplex extends ByteSource, ByteSink {
  /** Closes it; pending reads and writes fail. */
  close(): void;
}

/** Makes a {@linkcode FileLink} of a connection. */
export function fileLinkOf(conn: Duplex): FileLink {
  return { reader: new LinkReader(conn), conn };
}

/** Options for {@linkcode LinkGuard}. */
export interface GuardOptions {
  /** Ends the transfer; the other side is notified. */
  readonly signal?: AbortSignal | undefined;
  /** Timeout without bytes in either direction. */
  readonly stallMs?: number | undefined;
}

/**
 * Watches a link during one transfer. The first cause that ends the transfer is the error for the
 * caller; closing the link then ends pending reads and writes.
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
    this.#stopped.promise.catch(() => {}); // may be unobserved
    if (signal?.aborted) this.#abort();
    else signal?.addEventListener("abort", this.#onAbort, { once: true });
  }

  /** Rejects when the transfer has to end early. */
  get stopped(): Promise<never> {
    return this.#stopped.promise;
  }

  /** Whether the transfer was ended early. */
  get isStopped(): boolean {
    return this.#failure !== undefined;
  }

  /** Throws the reason if the transfer has to end. */
  throwIfStopped(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Reads from the link; each read resets the timeout. */
  readonly source: ByteSource = {
    read: async (into) => {
      const count = await this.#link.reader.read(into);
      this.moved();
      return count;
    },
  };

  /** Writes to the link; each write resets the timeout. */
  readonly sink: ByteSink = {
    write: async (bytes) => {
      const count = await this.#link.conn.write(bytes);
      this.moved();
      return count;
    },
  };

  /** Starts the timeout. */
  watch(): void {
    this.moved();
    this.#stallTimer ??= setInterval(() => {
      if (performance.now() - this.#movedMs < this.#stallMs) return;
      const seconds = Math.round(this.#stallMs / 1000);
      this.fail(new TransferError("stalled", `Nothing came or went for ${seconds} s`));
      this.close();
    }, this.#stallMs / 4);
  }

  /** Resets the timeout. */
  moved(): void {
    this.#movedMs = performance.now();
  }

  /** Ends the transfer for this reason, unless there is an earlier one; the link stays open. */
  fail(failure: unknown): void {
    if (this.#failure !== undefined) return;
    this.#failure = failure;
    this.#stopped.reject(failure);
  }

  /** The error to throw after `cause`: the first reason. */
  errorOf(cause: unknown): unknown {
    if (this.#failure !== undefined) return this.#failure;
    if (cause instanceof TransferError) return cause;
    if (cause instanceof ProtocolError && cause.fault !== "cut") {
      return new TransferError("protocol", cause.message, { cause });
    }
    return new TransferError("lost", "The link was lost", { cause });
  }

  /** Closes the link after a timeout, in case the goodbye is not read. */
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

  /** Stops watching and leaves the link open. */
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

/** The reason of an error for the other side: without paths and internal details. */
export function reasonForPeer(error: unknown): string {
  if (!(error instanceof TransferError)) return CANCELLED;
  if (error.fault === "no-space") return "not enough space on the disk";
  if (error.fault === "cannot-write") return "the folder cannot be written";
  return error.message;
}

/** What the other side did, with its reason unless that is a default one. */
export function withReason(what: string, reason: string): string {
  const said = cleanText(reason).trim();
  return said === "" || said === DECLINED || said === CANCELLED ? what : `${what}: ${said}`;
}

/** Reads until the other side closes, so that it receives our last message. */
export async function drain(source: ByteSource): Promise<void> {
  const waste = new Uint8Array(16 * 1024);
  try {
    while (await source.read(waste) !== null);
  } catch {
    // closed by either side
  }
}
