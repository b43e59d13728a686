/** `nc -u` for tests: a datagram for each line, and waits for lines in order. @module */
import dgram from "node:dgram";
import { once } from "node:events";
import { within } from "./deadline.ts";

const WAIT_MS = 30_000;
const GOODBYE = /^\* (?:Goodbye|Bye)\b/;
const PROMPT_OR_GOODBYE =
  /^(?:.*\b(?:[Ss]end: |code ))?([a-z2-9]{6})(?: lifts limits\.|\?)?$|^\* (?:Goodbye|Bye)\b/;

/** Addresses of a client and its server. */
export interface UdpClientOptions {
  readonly port: number;
  /** Own address, to count as somebody else. */
  readonly from?: string;
}

/** A UDP socket that keeps every line until a test has taken or passed it. */
export class UdpClient implements AsyncDisposable {
  /** Bytes sent and received. */
  bytesOut = 0;
  bytesIn = 0;
  /** Length of each datagram received. */
  readonly lengths: number[] = [];
  readonly #transcript: string[] = [];
  #sent = Promise.resolve();
  #lines: string[] = [];
  #wake = Promise.withResolvers<void>();

  /** Opens a socket. */
  static async open(
    { port, from = "127.0.0.1" }: UdpClientOptions,
  ): Promise<UdpClient> {
    const socket = dgram.createSocket("udp4");
    socket.bind(0, from);
    await once(socket, "listening");
    return new UdpClient(socket, port);
  }

  private constructor(readonly socket: dgram.Socket, readonly port: number) {
    socket.on("message", (bytes) => this.#take(bytes));
  }

  /** The lines of both directions. */
  get transcript(): string {
    return this.#transcript.slice(-60).join("\n");
  }

  /** Lines that no test has taken yet. */
  get pending(): readonly string[] {
    return this.#lines;
  }

  /** Sends a datagram for each line. */
  say(...lines: readonly string[]): void {
    for (const line of lines) {
      this.#transcript.push(`> ${line.slice(0, 200)}`);
      this.send(new TextEncoder().encode(`${line}\n`));
    }
  }

  /** Sends one datagram, after those before it. */
  send(bytes: Uint8Array): void {
    this.bytesOut += bytes.length;
    const send = () =>
      new Promise<void>((done) => this.socket.send(bytes, this.port, "127.0.0.1", () => done()));
    this.#sent = this.#sent.then(send);
  }

  /** Asks for the code and sends it back. Gives the code; `undefined` where the server says goodbye instead. */
  async confirm(): Promise<string | undefined> {
    this.say("a code please, to show where I am");
    const last = (await this.until(PROMPT_OR_GOODBYE)).at(-1) ?? "";
    const code = PROMPT_OR_GOODBYE.exec(last)?.[1];
    if (code === undefined) this.putBack(last);
    else this.say(code);
    return code;
  }

  /** Makes a line the next one again. */
  putBack(line: string): void {
    this.#lines.unshift(line);
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

  /** All lines until the server says goodbye. */
  untilClosed(): Promise<string[]> {
    return this.until(GOODBYE);
  }

  /** Closes the socket without notice to the server. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sent;
    const closed = once(this.socket, "close");
    this.socket.close();
    await closed;
  }

  async #until(pattern: RegExp): Promise<string[]> {
    for (let from = 0;;) {
      for (let at = from; at < this.#lines.length; at++) {
        if (pattern.test(this.#lines[at]!)) return this.#lines.splice(0, at + 1);
      }
      from = this.#lines.length;
      await this.#wake.promise;
    }
  }

  #take(bytes: Uint8Array): void {
    this.bytesIn += bytes.length;
    this.lengths.push(bytes.length);
    const lines = new TextDecoder("utf-8", { fatal: true }).decode(bytes).split("\n");
    if (lines.at(-1) === "") lines.pop();
    for (const line of lines) this.#transcript.push(`< ${line.slice(0, 200)}`);
    this.#lines.push(...lines);
    const { resolve } = this.#wake;
    this.#wake = Promise.withResolvers<void>();
    resolve();
  }
}
