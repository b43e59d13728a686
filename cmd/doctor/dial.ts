/**
 * A connection to the examined server, without checking its certificate, since that is examined too.
 *
 * @module
 */
import type { Duplex } from "node:stream";
import { TLSSocket } from "node:tls";
import { cleanText } from "../../core/ground/text.ts";
import { dialUnchecked } from "../../core/net/dial_unchecked.ts";
import { isAddress } from "../../core/net/host_text.ts";

/** Options for {@linkcode DoctorLine.open}. */
export interface DoctorDialOptions {
  /** The name that the user typed: also the one that the certificate should contain. */
  readonly hostname: string;
  /** The address it stands for. */
  readonly address: string;
  readonly port: number;
  readonly tls: boolean;
  readonly alpn?: readonly string[];
  readonly signal: AbortSignal;
}

/** Most bytes of an answer that are read. */
const MAX_ANSWER_BYTES = 64 * 1024;
/** The server's line to a client that it refuses. */
const REFUSAL = /^ERROR :(?:Closing Link: )?([^\r\n]*)\r?\n/;

/** An open connection; disposing closes it. */
export class DoctorLine implements Disposable {
  #text = "";
  #ended: string | undefined;
  #wake: () => void = () => {};

  private constructor(readonly socket: Duplex) {
    const decoder = new TextDecoder();
    socket.on("data", (bytes) => {
      if (this.#text.length < MAX_ANSWER_BYTES) {
        this.#text += decoder.decode(bytes, { stream: true });
      }
      this.#wake();
    });
    const end = (why: string) => {
      this.#ended ??= why;
      this.#wake();
    };
    socket.on("error", (error) => end(error.message));
    socket.on("close", () => end("The server hung up"));
  }

  /** Connects, TLS handshake included. */
  static async open(options: DoctorDialOptions): Promise<DoctorLine> {
    const { hostname, address, port, tls, alpn, signal } = options;
    // A server name is never an address (RFC 6066, section 3).
    const servername = isAddress(hostname) ? undefined : hostname;
    return new DoctorLine(
      await dialUnchecked({ host: address, port, tls, servername, alpn, signal }),
    );
  }

  /** The TLS side of it, if there is one. */
  get tls(): TLSSocket | undefined {
    return this.socket instanceof TLSSocket ? this.socket : undefined;
  }

  /** Sends lines. */
  send(...lines: string[]): void {
    this.socket.write(lines.map((line) => `${line}\r\n`).join(""));
  }

  /**
   * Everything received so far, once `pattern` is in it.
   *
   * @throws {Error} When the server closes the connection or refuses it: it is full, we are banned, ...
   */
  async until(pattern: RegExp, signal: AbortSignal): Promise<RegExpExecArray> {
    const stop = () => this.#wake();
    signal.addEventListener("abort", stop, { once: true });
    try {
      for (;;) {
        const [, refusal] = REFUSAL.exec(this.#text) ?? [];
        if (refusal !== undefined) throw new Error(`refused: ${cleanText(refusal)}`);
        const match = pattern.exec(this.#text);
        if (match) return match;
        signal.throwIfAborted();
        if (this.#ended !== undefined) throw new Error(this.#ended);
        await new Promise<void>((resolve) => this.#wake = resolve);
      }
    } finally {
      signal.removeEventListener("abort", stop);
    }
  }

  [Symbol.dispose](): void {
    this.socket.destroy();
  }
}
