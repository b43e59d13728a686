/**
 * A connection on `node:net` or `node:tls`.
 *
 * @module
 */
import type net from "node:net";
import tls from "node:tls";
import {
  type Connection,
  type ConnectionEvents,
  MAX_DRAINED_BYTES,
  normalizeAddress,
  type TrafficCounts,
} from "./connection.ts";

/** TCP keep-alive, to detect machines that have disappeared. */
const KEEP_ALIVE_MS = 60_000;

/** The internal handle of a Node.js socket. */
interface Handle {
  readStart(): number;
  readStop(): number;
}

/** A connection on a socket of `node:net` or `node:tls`. */
export class NodeConnection implements Connection {
  readonly address: string;
  readonly port: number;
  readonly encrypted: boolean;
  #socket: net.Socket;
  #raw: net.Socket;
  #events: ConnectionEvents | undefined;
  #lastError = "";
  #traffic: TrafficCounts;
  readonly alpn: string | undefined;

  constructor(
    socket: net.Socket,
    { raw, alpn, traffic = { bytesIn: 0, bytesOut: 0 } }: {
      /** The socket below TLS; the socket itself without TLS. */
      readonly raw: net.Socket;
      readonly alpn?: string | undefined;
      readonly traffic?: TrafficCounts | undefined;
    },
  ) {
    this.#socket = socket;
    this.#raw = raw;
    this.#traffic = traffic;
    this.alpn = alpn;
    this.address = normalizeAddress(socket.remoteAddress ?? "");
    this.port = socket.remotePort ?? 0;
    this.encrypted = socket instanceof tls.TLSSocket;
    socket.setNoDelay(true);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    socket.on("error", (error) => this.#lastError = error.message);
    this.#holdBack();
  }

  open(events: ConnectionEvents): void {
    this.#events = events;
    const socket = this.#socket;
    socket.on("data", (bytes: Uint8Array) => {
      this.#traffic.bytesIn += bytes.length;
      this.#events?.data(bytes);
    });
    socket.once("end", () => {
      if (this.#events?.ended) this.#events.ended();
      else socket.end();
    });
    socket.once("close", () => this.#events?.closed(this.#lastError || "connection closed"));
    this.#letRead();
    if (socket.destroyed) queueMicrotask(() => events.closed("connection closed"));
  }

  handOver(events: ConnectionEvents): void {
    this.#events = events;
  }

  write(bytes: Uint8Array, done: () => void): void {
    this.#traffic.bytesOut += bytes.length;
    this.#socket.write(bytes, done);
  }

  pause(): void {
    this.#socket.pause();
    this.#holdBack();
  }

  resume(): void {
    this.#letRead();
    this.#socket.resume();
  }

  end(withinMs = 2_000): void {
    const socket = this.#socket;
    if (socket.destroyed) return;
    const timer = setTimeout(() => socket.destroy(), withinMs);
    socket.once("close", () => clearTimeout(timer));
    this.resume(); // unread input must not keep the end of the stream from being seen
    let drained = 0;
    this.#events = {
      data: (bytes) => {
        drained += bytes.length;
        if (drained > MAX_DRAINED_BYTES) socket.destroy();
      },
      closed: this.#events?.closed.bind(this.#events) ?? ignore,
    };
    socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  /**
   * Deno's TLS sockets go on reading while they are paused, or have no listener yet: they keep all bytes in memory, and
   * lose the end of the stream once their buffer is full.
   */
  #holdBack(): void {
    if (this.encrypted) handleOf(this.#raw)?.readStop();
  }

  #letRead(): void {
    if (this.encrypted) handleOf(this.#raw)?.readStart();
  }
}

function handleOf(socket: net.Socket): Handle | undefined {
  const handle: unknown = Reflect.get(socket, "_handle");
  return isHandle(handle) ? handle : undefined;
}

function isHandle(value: unknown): value is Handle {
  return typeof value === "object" && value !== null && "readStop" in value &&
    typeof value.readStop === "function" && "readStart" in value &&
    typeof value.readStart === "function";
}

function ignore(): void {
  // errors of a socket come again as the reason of its close
}
