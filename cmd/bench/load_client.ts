/**
 * One simulated user: registers over IRC, joins the room of the measurement and counts what arrives there.
 *
 * The server's certificate is not checked: nothing secret is sent, and the server is the user's own.
 *
 * @module
 */
import type { Duplex } from "node:stream";
import { messageOf } from "../../core/ground/message_of.ts";
import { formatMessage, type Message, parseMessage } from "../../core/irc/message.ts";
import { dialUnchecked } from "../../core/net/dial_unchecked.ts";
import { formatHostPort } from "../../core/net/host_text.ts";

/** The server refused, or answered something unexpected. */
export class BenchError extends Error {
  /** Distinguishes it from other errors where `instanceof` cannot. */
  override readonly name = "BenchError";
  /** `needs-account`: the server takes no guests; `full`: no slot is free. */
  constructor(
    readonly fault: "unreachable" | "full" | "needs-account" | "refused" | "limited" | "lost",
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** How long the server may take for one step of entering or leaving, in milliseconds. */
const ANSWER_MS = 15_000;

/** Options for {@linkcode LoadClient.enter}. */
export interface LoadClientOptions {
  /** Name or address. */
  readonly hostname: string;
  /** From 1 to 65535. */
  readonly port: number;
  /** Whether to speak TLS. */
  readonly tls: boolean;
  /** Its nick; must be free. */
  readonly nick: string;
  /** The room to join, with its `#`. */
  readonly room: string;
  /** Makes an account with this password and drops it at the end; otherwise it enters as a guest. */
  readonly password?: string | undefined;
  /** Called for each message of the room. */
  readonly received: (text: string) => void;
  /** Cancels; the socket is closed. */
  readonly signal: AbortSignal;
}

/** A user who is in the room. */
export class LoadClient implements AsyncDisposable {
  readonly #options: LoadClientOptions;
  readonly #socket: Duplex;
  readonly #decoder = new TextDecoder();
  readonly #prefix: string;
  #rest = "";
  #leaving = false;
  #failure: BenchError | undefined;
  #waiting: {
    readonly done: (message: Message) => boolean;
    readonly resolve: () => void;
    readonly reject: (error: Error) => void;
  } | undefined;

  private constructor(options: LoadClientOptions, socket: Duplex) {
    this.#options = options;
    this.#socket = socket;
    this.#prefix = `PRIVMSG ${options.room} :`;
    socket.on("data", (bytes) => this.#take(bytes));
    socket.on(
      "error",
      (error) => this.#fail(new BenchError("lost", error.message, { cause: error })),
    );
    socket.on("close", () => this.#fail(new BenchError("lost", "The server closed a connection")));
  }

  /**
   * Connects, registers and joins.
   *
   * @throws {BenchError} When the server refuses it.
   */
  static async enter(options: LoadClientOptions): Promise<LoadClient> {
    const socket = await dial(options);
    const client = new LoadClient(options, socket);
    const stop = () => client.#fail(options.signal.reason);
    options.signal.addEventListener("abort", stop, { once: true });
    try {
      await client.#register();
      return client;
    } catch (error) {
      socket.destroy();
      throw error;
    } finally {
      options.signal.removeEventListener("abort", stop);
    }
  }

  /** Sends `text` to the room. */
  say(text: string): void {
    this.#socket.write(`${this.#prefix}${text}\r\n`);
  }

  /** The failure since it entered, if any. */
  get failure(): BenchError | undefined {
    return this.#failure;
  }

  /** Leaves; the account that was made is dropped. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#leaving) return;
    const { password } = this.#options;
    if (password !== undefined && !this.#failure) {
      const dropped = this.#until((message) => message.params[1] === "ACCOUNT_DROPPED");
      this.#send("NS", "DROP", password);
      await dropped.catch(() => {}); // the measurement is done: an account left behind does not affect it
    }
    this.#leaving = true;
    const closed = new Promise<void>((resolve) => this.#socket.once("close", () => resolve()));
    if (this.#socket.destroyed) return;
    this.#socket.end("QUIT\r\n");
    const timer = setTimeout(() => this.#socket.destroy(), 1_000);
    await closed;
    clearTimeout(timer);
  }

  async #register(): Promise<void> {
    const { nick, password, room } = this.#options;
    const welcomed = this.#until((message) => message.command === "001");
    // So that a refusal is a FAIL with a code; servers without it work as well.
    this.#send("CAP", "REQ", "standard-replies");
    this.#send("NICK", nick);
    this.#send("USER", "bench", "0", "*", "bench");
    this.#send("CAP", "END");
    await welcomed;
    if (password !== undefined) {
      const registered = this.#until((message) => message.command === "REGISTER");
      this.#send("REGISTER", "*", "*", password);
      await registered;
    }
    const joined = this.#until((message) =>
      message.command === "366" && message.params[1] === room
    );
    this.#send("JOIN", room);
    await joined;
  }

  #send(command: string, ...params: string[]): void {
    this.#socket.write(formatMessage({ command, params }) + "\r\n");
  }

  /** Resolves with the first message that `done` accepts. */
  #until(done: (message: Message) => boolean): Promise<void> {
    if (this.#failure) return Promise.reject(this.#failure);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting = { done, resolve, reject };
    const timer = setTimeout(
      () => this.#fail(new BenchError("lost", "The server does not answer")),
      ANSWER_MS,
    );
    return promise.finally(() => clearTimeout(timer));
  }

  #take(bytes: Uint8Array): void {
    const lines = (this.#rest + this.#decoder.decode(bytes, { stream: true })).split("\r\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) {
      const at = line.indexOf(this.#prefix);
      if (at > 0) this.#options.received(line.slice(at + this.#prefix.length));
      else this.#read(line);
    }
  }

  #read(line: string): void {
    const message = parseMessage(line);
    if (message?.command === "PING") return this.#send("PONG", message.params[0] ?? "");
    if (!message) return;
    const refusal = refusalOf(message, line);
    if (refusal) return this.#fail(refusal);
    if (!this.#waiting?.done(message)) return;
    const { resolve } = this.#waiting;
    this.#waiting = undefined;
    resolve();
  }

  #fail(error: BenchError): void {
    if (this.#leaving) return;
    this.#failure ??= error;
    this.#waiting?.reject(this.#failure);
    this.#waiting = undefined;
  }
}

async function dial({ hostname, port, tls, signal }: LoadClientOptions): Promise<Duplex> {
  try {
    return await dialUnchecked({ host: hostname, port, tls, signal });
  } catch (cause) {
    signal.throwIfAborted();
    const why = messageOf(cause);
    throw new BenchError(
      "unreachable",
      `Cannot connect to ${formatHostPort(hostname, port)}: ${why}`,
      { cause },
    );
  }
}

/** A refusal, in the server's own words. */
function refusalOf({ command, params }: Message, line: string): BenchError | undefined {
  const words = params.at(-1) ?? line;
  if (command === "ERROR") return new BenchError(/full/.test(words) ? "full" : "refused", words);
  if (command === "FAIL") {
    const fault = params[1] === "ACCOUNT_REQUIRED" || params[1] === "NEED_REGISTRATION"
      ? "needs-account"
      : /RATE|LIMIT|TEMPORARILY/.test(params[1] ?? "")
      ? "limited"
      : "refused";
    return new BenchError(fault, words);
  }
  // ERR_NOTREGISTERED is not among them: it cannot occur, and 4xx about other users are not refusals.
  if (/^(403|404|432|433|464|465|471|473|474|477)$/.test(command)) {
    return new BenchError(command === "477" ? "needs-account" : "refused", words);
  }
  return undefined;
}
