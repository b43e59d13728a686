/**
 * The client side of a chat server's relay.
 *
 * Uses `node:tls`, as the connection to the server does: it accepts any certificate that a server may have, and this one
 * is compared before anything is sent.
 *
 * @module
 */
import { connect, type TLSSocket } from "node:tls";
import { cleanText } from "../../ground/text.ts";
import { RELAY_ALPN } from "../../net/alpn.ts";
import { dialTarget } from "../../net/dial_target.ts";
import { isAddress } from "../../net/host_text.ts";
import { tryClose } from "../../net/try_close.ts";
import { LinkReader } from "./json_lines.ts";
import type { RelayDialer, RelayStream } from "./relay.ts";
import { closeOn } from "./sockets.ts";

/** Longest answer of the relay, in bytes. */
const MAX_ANSWER_BYTES = 512;

/** Options for {@linkcode serverRelay}. */
export interface ServerRelayOptions {
  /** The server's name or address. */
  readonly host: string;
  /** The server's TLS port. */
  readonly port: number;
  /** SHA-256 of the certificate on the signed-in connection: upper-case hex, a colon between bytes. */
  readonly fingerprint: string;
  /** Sends `RELAY <rendezvous>` over the signed-in connection; resolves on `RELAY OK`. */
  announce(rendezvous: string, signal: AbortSignal): Promise<void>;
}

/** A {@linkcode RelayDialer} through a chat server. Needs `--allow-net` for the server. */
export function serverRelay(options: ServerRelayOptions): RelayDialer {
  return {
    async dial(rendezvous, signal) {
      await options.announce(rendezvous, signal);
      const stream = new NodeStream(await connectTo(options, signal));
      try {
        using _ = closeOn(signal, stream);
        await stream.write(new TextEncoder().encode(`RELAY ${rendezvous}\n`));
        const reader = new LinkReader(stream);
        const answer = await reader.readLine(MAX_ANSWER_BYTES) ?? "the server hung up";
        if (answer !== "OK") throw new Error(cleanText(answer.replace(/^ERROR /, "")));
        return {
          read: (into) => reader.read(into),
          write: (bytes) => stream.write(bytes),
          closeWrite: () => stream.closeWrite(),
          [Symbol.dispose]: () => stream[Symbol.dispose](),
        };
      } catch (error) {
        tryClose(stream);
        signal.throwIfAborted();
        throw error;
      }
    },
  };
}

async function connectTo(
  { host, port, fingerprint }: ServerRelayOptions,
  signal: AbortSignal,
): Promise<TLSSocket> {
  signal.throwIfAborted();
  const socket = connect({
    ...await dialTarget({ host, port }, signal),
    ...(isAddress(host) ? {} : { servername: host }),
    ALPNProtocols: [RELAY_ALPN],
    rejectUnauthorized: false, // the fingerprint is compared below
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const stop = () => reject(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  socket.once("secureConnect", resolve);
  socket.once("close", () => reject(new Error("the server hung up")));
  socket.on("error", reject); // after a later error, reads and writes fail as well
  try {
    await promise;
    socket.setNoDelay(true);
    if (socket.getPeerCertificate().fingerprint256 !== fingerprint) {
      throw new Error("the server shows another certificate than before");
    }
    if (socket.alpnProtocol !== RELAY_ALPN) throw new Error("the server has no relay");
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** Adapts a node socket to the interface of Deno's connections. */
class NodeStream implements RelayStream {
  readonly #socket: TLSSocket;
  readonly #chunks: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(socket: TLSSocket) {
    this.#socket = socket;
    this.#chunks = socket[Symbol.asyncIterator]();
  }

  async read(into: Uint8Array): Promise<number | null> {
    if (this.#rest.length === 0) {
      const next = await this.#chunks.next();
      if (next.done) return null;
      this.#rest = next.value;
    }
    const piece = this.#rest.subarray(0, into.length);
    into.set(piece);
    this.#rest = this.#rest.subarray(piece.length);
    return piece.length;
  }

  write(bytes: Uint8Array): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#socket.write(bytes, (error) => error ? reject(error) : resolve(bytes.length));
    });
  }

  closeWrite(): Promise<void> {
    return new Promise((resolve) => this.#socket.end(resolve));
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }
}
