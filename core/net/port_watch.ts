/**
 * Detects that a port does not accept connections any more. `node:net` stops accepting when the process is out of file
 * descriptors, without an event, and does not start again. So the watch connects to the port whenever
 * no connection has been accepted for a while.
 *
 * @module
 */
import net from "node:net";
import { normalizeAddress } from "./connection.ts";

/** How often to check. */
const EVERY_MS = 1_000;
/** How long a port may take to accept a connection. */
const ANSWER_MS = 500;
/** Extra time to accept connections that arrived while this process was busy. */
const GRACE_MS = 100;

/** Options for {@linkcode PortWatch}. */
export interface PortWatchOptions {
  /** The address the port is bound to. */
  readonly hostname: string;
  readonly port: number;
  /** Number of connections accepted so far, the watch's own included. */
  readonly accepted: () => number;
  /** Listens again. A failure is retried later. */
  readonly renew: () => Promise<void>;
  /** Called with the trouble in words, and with `undefined` when it is over. */
  readonly changed?: ((trouble: string | undefined) => void) | undefined;
}

type Answer = "accepted" | "silent" | "out-of-descriptors" | "unknown";

/**
 * Watches a port until it is disposed. A port that this machine cannot connect to, for example because of a packet filter,
 * is not watched.
 */
export class PortWatch implements AsyncDisposable {
  #options: PortWatchOptions;
  /** The address at which the port has answered. */
  #address: string | undefined;
  #calling: { readonly address: string; readonly port: Promise<number | undefined> } | undefined;
  #socket: net.Socket | undefined;
  #seen = 0;
  #trouble: string | undefined;
  #timer: ReturnType<typeof setInterval>;
  #work: Promise<void> | undefined;
  #closing = Promise.withResolvers<void>();
  #isClosed = false;

  /** The port must be listening. */
  constructor(options: PortWatchOptions) {
    this.#options = options;
    this.#begin(() => this.#findAddress());
    this.#timer = setInterval(() => this.#look(), EVERY_MS);
  }

  /** The current trouble, in words. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  /** Whether an accepted connection is the watch's own, which is to be closed; false at once if it cannot be. */
  isOwn({ remoteAddress = "", remotePort }: net.Socket): false | Promise<boolean> {
    const calling = this.#calling;
    if (!calling || normalizeAddress(remoteAddress) !== calling.address) return false;
    return calling.port.then((port) => port !== undefined && port === remotePort);
  }

  /** Waits for pending work. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
    this.#closing.resolve();
    this.#socket?.destroy();
    await this.#work;
  }

  #begin(work: () => Promise<void>): void {
    if (this.#work || this.#isClosed) return;
    this.#work = work().finally(() => this.#work = undefined);
  }

  #look(): void {
    const accepted = this.#options.accepted();
    const hasAnswered = accepted !== this.#seen;
    this.#seen = accepted;
    // After trouble, one accepted connection is not enough: the next one might fail.
    if (!hasAnswered || this.#trouble !== undefined) this.#begin(() => this.#check());
  }

  async #findAddress(): Promise<void> {
    for (const address of addressesOf(this.#options.hostname)) {
      if (this.#isClosed) return;
      if (await this.#call(address) !== "accepted") continue;
      this.#address = address;
      return;
    }
  }

  async #check(): Promise<void> {
    if (this.#address === undefined) return this.#findAddress();
    const { port } = this.#options;
    switch (await this.#call(this.#address)) {
      case "accepted":
        return this.#set(undefined);
      case "out-of-descriptors":
        return this.#set(`port ${port} cannot accept: no file descriptors are left (ulimit -n)`);
      case "silent":
        if (!this.#isClosed) await this.#renew();
        return;
      case "unknown":
        return;
    }
  }

  async #renew(): Promise<void> {
    this.#set(`port ${this.#options.port} does not answer`);
    try {
      await this.#options.renew();
    } catch {
      return; // still in trouble; the next check tries again
    }
    if (await this.#call(this.#address!) === "accepted") this.#set(undefined);
  }

  #set(trouble: string | undefined): void {
    if (trouble === this.#trouble) return;
    this.#trouble = trouble;
    this.#options.changed?.(trouble);
  }

  async #call(address: string): Promise<Answer> {
    const before = this.#options.accepted();
    const isAccepted = () => this.#options.accepted() !== before;
    const port = Promise.withResolvers<number | undefined>();
    this.#calling = { address: normalizeAddress(address), port: port.promise };
    const over = Promise.withResolvers<void>();
    let fault: string | undefined;
    const socket = net.connect({ host: address, port: this.#options.port });
    this.#socket = socket;
    socket.once("connect", () => port.resolve(socket.localPort));
    socket.on("error", (error) => fault = "code" in error ? String(error.code) : error.message);
    socket.once("close", () => over.resolve());
    const timers = [setTimeout(() => timers.push(setTimeout(over.resolve, GRACE_MS)), ANSWER_MS)];
    await Promise.race([over.promise, this.#closing.promise]);
    timers.forEach(clearTimeout);
    port.resolve(undefined);
    this.#calling = undefined;
    const hasClosed = socket.closed || new Promise((resolve) => socket.once("close", resolve));
    socket.destroy();
    await hasClosed;
    if (isAccepted()) return "accepted";
    if (fault === undefined || fault === "ECONNREFUSED" || fault === "ECONNRESET") return "silent";
    return fault === "EMFILE" || fault === "ENFILE" ? "out-of-descriptors" : "unknown";
  }
}

/** Local addresses at which a port bound to `hostname` can be reached. */
function addressesOf(hostname: string): readonly string[] {
  if (hostname === "0.0.0.0") return ["127.0.0.1"];
  // With IPv6 switched off, `::` can still be bound and accepts IPv4 only.
  return hostname === "::" ? ["127.0.0.1", "::1"] : [hostname];
}
