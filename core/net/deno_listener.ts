/**
 * The listener on `Deno.listenTls`: less work per byte than `node:tls`, but Nagle's algorithm cannot be switched
 * off, its certificate is fixed, and a socket that goes silent during its handshake stays open, without a slot
 * but with a file descriptor: see {@linkcode AbandonedHandshakes}.
 *
 * @module
 */
import { messageOf } from "../ground/message_of.ts";
import { AbandonedHandshakes } from "./abandoned_handshakes.ts";
import { connectionsOf } from "./accept.ts";
import {
  type Admission,
  type Connection,
  type ConnectionEvents,
  type Listener,
  type ListenOptions,
  MAX_DRAINED_BYTES,
  normalizeAddress,
  type TrafficCounts,
} from "./connection.ts";
import { tryClose } from "./try_close.ts";

/** Bytes read at once: a read returns at most one TLS record. */
const READ_BYTES = 16 * 1024;
/** How long the port counts as in trouble after a failure to accept. */
const FAILING_MS = 1_000;
const SILENT = "too many connections are silent in their handshake";

/**
 * Listens on `hostname:port` with TLS.
 *
 * @throws {Deno.errors.AddrInUse} Or a similar error, when the port cannot be bound.
 * @throws {TypeError} Without a key pair.
 *
 * Needs `--allow-net`.
 */
export function listenDeno(options: ListenOptions): Promise<Listener> {
  const { hostname, port, tls, alpn } = options;
  if (!tls) return Promise.reject(new TypeError("Cannot listen with this engine without TLS"));
  const listener = Deno.listenTls({
    hostname,
    port,
    cert: tls.certPem,
    key: tls.keyPem,
    ...(alpn && { alpnProtocols: [...alpn] }),
  });
  const open = new Set<Deno.TlsConn>();
  const failures = new AcceptFailures(listener.addr.port, options);
  const abandoned = new AbandonedHandshakes(options.spare ?? Infinity);
  const accepting = accept(listener, options, { open, failures, abandoned });
  return Promise.resolve({
    hostname: listener.addr.hostname,
    port: listener.addr.port,
    engine: "deno",
    get trouble() {
      return failures.trouble;
    },
    replaceCertificate: () => false,
    async [Symbol.asyncDispose]() {
      try {
        listener.close();
      } catch {
        return; // closed before
      }
      failures.end();
      for (const conn of open) tryClose(conn);
      await abandoned[Symbol.asyncDispose]();
      await accepting;
    },
  });
}

async function accept(
  listener: Deno.TlsListener,
  options: ListenOptions,
  { open, failures, abandoned }: {
    readonly open: Set<Deno.TlsConn>;
    readonly failures: AcceptFailures;
    readonly abandoned: AbandonedHandshakes;
  },
): Promise<void> {
  for await (const conn of connectionsOf(listener, (error) => failures.add(error))) {
    const address = normalizeAddress(conn.remoteAddr.hostname);
    const handshake = conn.handshake();
    const cut = Promise.withResolvers<never>();
    const admission = options.admit(address, () => cut.reject(new Error("hung up on")));
    if (admission) {
      open.add(conn);
      shakeHands({ conn, handshake, cut, admission, abandoned }, options).finally(() => {
        open.delete(conn);
        admission.released();
      });
    } else abandoned.add(conn, handshake);
    if (abandoned.isFull) await failures.during(SILENT, abandoned.room());
  }
}

/** Failures to accept, which repeat every 100 ms while the reason lasts and connections are waiting. */
class AcceptFailures {
  trouble: string | undefined;
  #port: number;
  #options: ListenOptions;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isEnded = false;

  constructor(port: number, options: ListenOptions) {
    this.#port = port;
    this.#options = options;
  }

  add(error: unknown): void {
    this.#begin(messageOf(error));
    this.#endSoon();
  }

  /** Reports trouble until `over` settles. */
  async during(why: string, over: Promise<void>): Promise<void> {
    this.#begin(why);
    await over;
    if (!this.#isEnded) this.#endSoon();
  }

  end(): void {
    this.#isEnded = true;
    clearTimeout(this.#timer);
  }

  #begin(why: string): void {
    clearTimeout(this.#timer);
    if (this.trouble) return;
    this.trouble = `port ${this.#port} cannot accept: ${why}`;
    this.#options.troubled?.(this.trouble, this.#port);
  }

  #endSoon(): void {
    this.#timer = setTimeout(() => {
      this.trouble = undefined;
      this.#options.troubled?.(undefined, this.#port);
    }, FAILING_MS);
  }
}

/** An admitted connection before its handshake. */
interface PendingHandshake {
  readonly conn: Deno.TlsConn;
  readonly handshake: Promise<Deno.TlsHandshakeInfo>;
  /** Rejects when the connection is closed before the handshake is done. */
  readonly cut: PromiseWithResolvers<never>;
  readonly admission: Admission;
  readonly abandoned: AbandonedHandshakes;
}

/** Waits for the handshake, up to its timeout, then opens the connection; settles when it is closed. */
async function shakeHands(
  { conn, handshake, cut, admission, abandoned }: PendingHandshake,
  { handshakeMs, failed, traffic }: ListenOptions,
): Promise<void> {
  const tooLong = () => cut.reject(new Error("handshake took too long"));
  const timer = setTimeout(tooLong, handshakeMs);
  cut.promise.catch(() => {}); // too late: the owner of the connection can close it by then
  try {
    const { alpnProtocol } = await Promise.race([handshake, cut.promise]);
    clearTimeout(timer);
    const connection = new DenoConnection(conn, { alpn: alpnProtocol ?? undefined, traffic });
    admission.opened(connection);
    await connection.over;
  } catch (error) {
    clearTimeout(timer);
    const reason = messageOf(error);
    failed?.(normalizeAddress(conn.remoteAddr.hostname), reason);
    abandoned.add(conn, handshake);
  }
}

class DenoConnection implements Connection {
  readonly address: string;
  readonly port: number;
  readonly encrypted = true;
  readonly #conn: Deno.TlsConn;
  readonly #over = Promise.withResolvers<void>();
  #events: ConnectionEvents | undefined;
  #writing: Promise<void> = Promise.resolve();
  #paused: PromiseWithResolvers<void> | undefined;
  #ending = false;
  #traffic: TrafficCounts;
  readonly alpn: string | undefined;

  constructor(
    conn: Deno.TlsConn,
    { alpn, traffic = { bytesIn: 0, bytesOut: 0 } }: {
      readonly alpn: string | undefined;
      readonly traffic: TrafficCounts | undefined;
    },
  ) {
    this.#conn = conn;
    this.#traffic = traffic;
    this.alpn = alpn;
    this.address = normalizeAddress(conn.remoteAddr.hostname);
    this.port = conn.remoteAddr.port;
  }

  /** Settles when the connection is closed. */
  get over(): Promise<void> {
    return this.#over.promise;
  }

  open(events: ConnectionEvents): void {
    this.#events = events;
    this.#read();
  }

  handOver(events: ConnectionEvents): void {
    this.#events = events;
  }

  write(bytes: Uint8Array, done: () => void): void {
    this.#traffic.bytesOut += bytes.length;
    this.#writing = this.#writing.then(() => writeAll(this.#conn, bytes)).then(done, ignore);
  }

  pause(): void {
    this.#paused ??= Promise.withResolvers<void>();
  }

  resume(): void {
    this.#paused?.resolve();
    this.#paused = undefined;
  }

  end(withinMs = 2_000): void {
    if (this.#ending) return;
    this.#ending = true;
    this.resume();
    const timer = setTimeout(() => this.destroy(), withinMs);
    this.over.then(() => clearTimeout(timer));
    // The other end closes when it has seen our end; until then its bytes are read and dropped.
    this.#writing.then(() => this.#conn.closeWrite()).catch(() => this.destroy());
  }

  destroy(): void {
    this.resume();
    tryClose(this.#conn);
  }

  async #read(): Promise<void> {
    let reason = "connection closed";
    let drained = 0;
    try {
      const buffer = new Uint8Array(READ_BYTES);
      for (;;) {
        const count = await this.#conn.read(buffer);
        if (count === null) break;
        this.#traffic.bytesIn += count;
        if (this.#ending) {
          drained += count;
          if (drained > MAX_DRAINED_BYTES) break;
          continue;
        }
        this.#events?.data(buffer.subarray(0, count));
        if (this.#paused) await this.#paused.promise;
      }
    } catch (error) {
      reason = messageOf(error);
    }
    await this.#writing;
    tryClose(this.#conn);
    this.#over.resolve();
    this.#events?.closed(reason);
  }
}

async function writeAll(conn: Deno.TlsConn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await conn.write(bytes.subarray(at));
}

function ignore(): void {
  // a failed write ends the connection: the reader reports it
}
