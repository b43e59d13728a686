/** An IRC client for tests: lines out, lines in, waited for in their order. @module */
import net from "node:net";
import tls from "node:tls";
import { within } from "./deadline.ts";

const WAIT_MS = 30_000;

/** Options for an IRC client's connection. */
export interface IrcClientOptions {
  readonly port: number;
  readonly hostname?: string;
  /** TCP without TLS. */
  readonly plain?: boolean;
  /** Own address, to count as another machine. */
  readonly from?: string;
  readonly alpn?: readonly string[];
}

/** A connection that keeps every line until a test has taken or passed it. */
export class IrcClient implements AsyncDisposable {
  /** Settles when the connection is over. */
  readonly closed: Promise<void>;
  readonly #transcript: string[] = [];
  #lines: string[] = [];
  #rest = new Uint8Array(0);
  #isClosed = false;
  #wake = Promise.withResolvers<void>();
  #syncs = 0;

  /** Connects, by TLS by default. */
  static async connect(
    { port, hostname = "127.0.0.1", plain = false, from, alpn }: IrcClientOptions,
  ): Promise<IrcClient> {
    const where = { host: hostname, port, ...(from !== undefined && { localAddress: from }) };
    const raw = net.connect(where);
    raw.setNoDelay(true);
    const socket = plain ? raw : tls.connect({
      socket: raw,
      rejectUnauthorized: false,
      ...(alpn && { ALPNProtocols: [...alpn] }),
    });
    const opened = Promise.withResolvers<void>();
    socket.once(plain ? "connect" : "secureConnect", opened.resolve);
    raw.once("error", opened.reject);
    socket.once("error", opened.reject);
    socket.once("close", () => opened.reject(new Error("Closed before it was open")));
    const client = new IrcClient(socket, raw);
    await within(opened.promise, WAIT_MS, () => "Not connected in time");
    return client;
  }

  private constructor(readonly socket: net.Socket, readonly raw: net.Socket) {
    const closed = Promise.withResolvers<void>();
    this.closed = closed.promise;
    for (const one of new Set([socket, raw])) one.on("error", () => {}); // "close" follows
    socket.on("data", (bytes: Uint8Array) => this.#take(bytes));
    socket.once("close", () => {
      this.#isClosed = true;
      this.#wakeUp();
      closed.resolve();
    });
  }

  /** Whether the connection is over. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** The lines of both directions. */
  get transcript(): string {
    return this.#transcript.slice(-30).join("\n");
  }

  /** Lines that no test has taken yet. */
  get pending(): readonly string[] {
    return this.#lines;
  }

  /** Sends lines, each with its CR LF. */
  say(...lines: readonly string[]): void {
    for (const line of lines) this.#transcript.push(`> ${line.slice(0, 120)}`);
    this.socket.write(lines.map((line) => `${line}\r\n`).join(""));
  }

  /** Sends bytes as they are. */
  send(bytes: Uint8Array | string): void {
    this.socket.write(bytes);
  }

  /** The next line that fits; those before it are passed over. */
  async expect(pattern: RegExp): Promise<RegExpExecArray> {
    const lines = await this.until(pattern);
    return pattern.exec(lines.at(-1) ?? "")!;
  }

  /** All lines up to the next one that fits. */
  async until(pattern: RegExp): Promise<string[]> {
    const explain = () => `No ${pattern} within ${WAIT_MS} ms\n${this.transcript}`;
    return await within(this.#until(pattern), WAIT_MS, explain);
  }

  /** All lines until the server has processed everything sent so far. */
  async sync(): Promise<string[]> {
    const token = `sync-${++this.#syncs}`;
    this.say(`PING ${token}`);
    return (await this.until(new RegExp(` PONG \\S+ :?${token}$`))).slice(0, -1);
  }

  /** All lines until the server closes the connection. */
  async untilClosed(): Promise<string[]> {
    await within(this.closed, WAIT_MS, () => `Not closed\n${this.transcript}`);
    return this.#lines.splice(0);
  }

  /** Registers with the server, and leaves out the welcome. */
  async enter(nick: string, { caps = "", pass = "" } = {}): Promise<this> {
    if (caps !== "") this.say("CAP LS 302", `CAP REQ :${caps}`);
    if (pass !== "") this.say(`PASS ${pass}`);
    this.say(`NICK ${nick}`, `USER ${nick} 0 * :${nick} the tester`);
    if (caps !== "") this.say("CAP END");
    await this.expect(/ 001 /);
    await this.expect(/ (376|422) /);
    await this.sync();
    return this;
  }

  /** Stops reading, as a stuck program does. */
  pause(): void {
    this.socket.pause();
    this.raw.pause();
  }

  /** Disconnects without QUIT. */
  destroy(): void {
    this.socket.destroy();
    this.raw.destroy();
  }

  /** Disconnects and waits until the socket is gone. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.destroy();
    await this.closed;
  }

  async #until(pattern: RegExp): Promise<string[]> {
    for (let from = 0;;) {
      for (let at = from; at < this.#lines.length; at++) {
        if (pattern.test(this.#lines[at]!)) return this.#lines.splice(0, at + 1);
      }
      from = this.#lines.length;
      if (this.#isClosed) throw new Error(`Closed before ${pattern}\n${this.transcript}`);
      await this.#wake.promise;
    }
  }

  #take(bytes: Uint8Array): void {
    const joined = new Uint8Array(this.#rest.length + bytes.length);
    joined.set(this.#rest);
    joined.set(bytes, this.#rest.length);
    const end = joined.lastIndexOf(0x0a);
    if (end >= 0) {
      const text = new TextDecoder("utf-8", { fatal: true }).decode(joined.subarray(0, end));
      for (const line of text.split("\n")) {
        this.#lines.push(line.replace(/\r$/, ""));
        this.#transcript.push(`< ${line.slice(0, 120)}`);
      }
    }
    this.#rest = joined.slice(end + 1);
    this.#wakeUp();
  }

  #wakeUp(): void {
    const { resolve } = this.#wake;
    this.#wake = Promise.withResolvers<void>();
    resolve();
  }
}
