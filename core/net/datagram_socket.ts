/**
 * A UDP port, on `Deno.listenDatagram` (`"unstable": ["net"]` in deno.json).
 *
 * `node:dgram` was measured as well: it allocates 64 KiB for each datagram and sends datagrams queued together in reverse
 * order. In a flood of 140,000 datagrams a second it read 4,000 of them and delayed everything else by 120 ms, while
 * this reads 70,000 and delays by 30.
 *
 * @module
 */
import { messageOf } from "../ground/message_of.ts";

/** The largest possible datagram. */
const MAX_BYTES = 65_536;
/** Datagrams queued for sending; more are dropped, as UDP allows. */
const MAX_WAITING = 4096;
/** Pause after a failed read, in case the next one fails as well. */
const RETRY_MS = 100;

/** Source or destination of a datagram. */
export interface UdpPeer {
  /** IP address in the form of the socket: with a zone, or IPv4-mapped, if it is such. */
  readonly address: string;
  readonly port: number;
}

/** Options for {@linkcode openDatagramSocket}. */
export interface DatagramSocketOptions {
  /** An IP address. */
  readonly hostname: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** A datagram was received. The view is only valid during the call. */
  readonly received: (bytes: Uint8Array, from: UdpPeer) => void;
  /** A datagram could not be sent or read; for the log. */
  readonly failed: (reason: string) => void;
}

/** An open UDP port. Disposing it waits for queued datagrams. */
export interface DatagramSocket extends AsyncDisposable {
  readonly port: number;
  /** Queues one datagram; delivery is not guaranteed. */
  send(bytes: Uint8Array, to: UdpPeer): void;
}

/**
 * Opens a UDP port.
 *
 * @throws {Error} With the `code` `EADDRINUSE`, `EACCES`, ... when the port cannot be bound.
 *
 * Needs `--allow-net`.
 */
export function openDatagramSocket(options: DatagramSocketOptions): DatagramSocket {
  return new UdpSocket(options);
}

class UdpSocket implements DatagramSocket {
  readonly port: number;
  #conn: Deno.DatagramConn;
  #options: DatagramSocketOptions;
  #waiting: (readonly [Uint8Array, UdpPeer])[] = [];
  #sending: Promise<void> | undefined;
  #reading: Promise<void>;
  #pause: { readonly timer: ReturnType<typeof setTimeout>; readonly end: () => void } | undefined;
  #isClosed = false;

  constructor(options: DatagramSocketOptions) {
    const { hostname, port } = options;
    this.#options = options;
    this.#conn = Deno.listenDatagram({ transport: "udp", hostname, port });
    this.port = this.#conn.addr.transport === "udp" ? this.#conn.addr.port : port;
    this.#reading = this.#read();
  }

  send(bytes: Uint8Array, to: UdpPeer): void {
    if (this.#isClosed) return;
    if (this.#waiting.length >= MAX_WAITING) return this.#options.failed("send queue is full");
    this.#waiting.push([bytes, to]);
    this.#sending ??= this.#sendAll();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#sending;
    clearTimeout(this.#pause?.timer);
    this.#pause?.end();
    this.#conn.close();
    await this.#reading;
  }

  /** One at a time: concurrent sends lose datagrams. */
  async #sendAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      for (const [bytes, { address: hostname, port }] of this.#waiting.splice(0)) {
        try {
          await this.#conn.send(bytes, { transport: "udp", hostname, port });
        } catch (error) {
          this.#options.failed(messageOf(error));
        }
      }
    }
    this.#sending = undefined;
  }

  async #read(): Promise<void> {
    const buffer = new Uint8Array(MAX_BYTES);
    for (;;) {
      try {
        const [bytes, from] = await this.#conn.receive(buffer);
        if (this.#isClosed || from.transport !== "udp") continue;
        this.#options.received(bytes, { address: from.hostname, port: from.port });
      } catch (error) {
        if (this.#isClosed) return;
        this.#options.failed(messageOf(error));
        const { promise, resolve: end } = Promise.withResolvers<void>();
        this.#pause = { timer: setTimeout(end, RETRY_MS), end };
        await promise;
      }
    }
  }
}
