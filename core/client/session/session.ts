/**
 * A session with a server, from the first line to the last: our nickname and account, the server's capabilities,
 * requests and their answers, and everything else that arrives, as {@linkcode Unit}s in order.
 *
 * @module
 */
import type { Clock } from "../../ground/clock.ts";
import { ClientError } from "../events/errors.ts";
import type { LossReason } from "../events/problems.ts";
import type { Unit } from "./batches.ts";
import { Capabilities } from "./capabilities.ts";
import type { ServerConnection } from "./connection.ts";
import { type Incoming, parseIncoming } from "./incoming.ts";
import { register, type Registered } from "./registration.ts";
import type { ServerRequest } from "./requests.ts";
import { authenticate, type Credentials } from "./sasl.ts";
import { SessionPulse } from "./session_pulse.ts";
import { FIRST_SESSION, isOwnNick, isRegistered, stepSession } from "./session_state.ts";
import { SessionTraffic } from "./session_traffic.ts";

/** How long to wait for the server after `QUIT`. */
const QUIT_TIMEOUT_MS = 2_000;

/** Receives events of a {@linkcode ServerSession}. */
export interface ServerSessionEvents {
  /**
   * A unit arrived; the session's state reflects it already. `answers`: a request or a conversation receives it as
   * well.
   */
  unit(unit: Unit, answers: boolean): void;
  /** A measured round trip, in milliseconds. */
  roundTrip(ms: number): void;
}

/** Options for {@linkcode ServerSession}. */
export interface ServerSessionOptions {
  readonly events: ServerSessionEvents;
  readonly clock: Clock;
  /** A random number from 0 to 1. */
  random(): number;
}

/** One session, opened by {@linkcode ServerSession.register}. */
export class ServerSession implements AsyncDisposable {
  readonly capabilities = new Capabilities();
  readonly #connection: ServerConnection;
  readonly #options: ServerSessionOptions;
  readonly #traffic: SessionTraffic;
  readonly #pulse: SessionPulse;
  readonly #stop = new AbortController();
  readonly #closed = Promise.withResolvers<LossReason>();
  #state = FIRST_SESSION;

  /** Reads nothing before {@linkcode ServerSession.register}. */
  constructor(connection: ServerConnection, options: ServerSessionOptions) {
    this.#connection = connection;
    this.#options = options;
    const { clock, events } = options;
    const send = (line: string) => this.send(line);
    this.#pulse = new SessionPulse({ clock, send, roundTrip: (ms) => events.roundTrip(ms) });
    this.#traffic = new SessionTraffic({
      ...{ clock, send, capabilities: this.capabilities, pulse: this.#pulse },
      listener: {
        line: (line) => this.#learn(line),
        unit: (unit, answers) => events.unit(unit, answers),
      },
    });
  }

  /** Our nickname. */
  get nick(): string {
    return this.#state.nick;
  }

  /** The account we are signed in to. */
  get account(): string | undefined {
    return this.#state.account;
  }

  /** Whether the server has welcomed us. */
  get registered(): boolean {
    return isRegistered(this.#state);
  }

  /** Resolves with the reason when the connection is closed. */
  get closed(): Promise<LossReason> {
    return this.#closed.promise;
  }

  /** The server's address, and the SHA-256 of its certificate. */
  get server(): { readonly server: string; readonly fingerprint: string } {
    return this.#connection;
  }

  /** A value of the server's ISUPPORT tokens; `""` for a token without one, `undefined` when absent. */
  isupport(name: string): string | undefined {
    return this.#state.isupport.get(name);
  }

  /** Whether a nickname is ours. */
  isMe(nick: string): boolean {
    return isOwnNick(this.#state, nick);
  }

  /**
   * Opens the connection and registers, signing in when credentials are given.
   *
   * @throws {ClientError} When the server refuses, closes the connection, or does not answer.
   */
  async register(credentials?: Credentials): Promise<Registered> {
    this.#connection.open({
      line: (text) => this.#line(text),
      closed: (reason) => this.#close(reason),
    });
    const result = await register({
      capabilities: this.capabilities,
      credentials,
      random: this.#options.random,
      send: (line) => this.send(line),
      converse: (belongs) => this.#traffic.converse(belongs),
    });
    this.#pulse.watch(this.#stop.signal).then(
      () => this.#connection.destroy({ kind: "silent" }),
      () => {}, // closed before
    );
    this.#pulse.ping();
    return result;
  }

  /** Signs in on the open connection. @throws {ClientError} The server's refusal. */
  signIn(credentials: Credentials): Promise<void> {
    return authenticate({
      mechanisms: this.capabilities.has("sasl") ? this.capabilities.valueOf("sasl") : undefined,
      send: (line) => this.send(line),
      converse: (belongs) => this.#traffic.converse(belongs),
    }, credentials);
  }

  /** Sends a line that needs no answer. */
  send(line: string): void {
    this.#connection.send(line);
  }

  /** Sends a request and waits for its answer. @throws {ClientError} The server's refusal. */
  request(request: ServerRequest, ...more: readonly ServerRequest[]): Promise<readonly Incoming[]> {
    return this.#traffic.request(request, ...more);
  }

  /** Waits until the server has handled everything sent so far. Returns the time it took, in milliseconds. */
  async roundTrip(): Promise<number> {
    const beganMs = this.#options.clock.now();
    await this.request({ command: "PING", params: [this.#pulse.nextToken("r")] });
    const ms = this.#options.clock.now() - beganMs;
    this.#options.events.roundTrip(ms);
    return ms;
  }

  /** Sends `QUIT` and waits, for a limited time, until the server closes the connection. */
  async quit(text: string): Promise<void> {
    this.send(`QUIT :${text}`);
    const timer = setTimeout(() => this.#connection.destroy({ kind: "goodbye" }), QUIT_TIMEOUT_MS);
    await this.#closed.promise;
    clearTimeout(timer);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#connection[Symbol.asyncDispose]();
    await this.#closed.promise;
  }

  #line(text: string): void {
    this.#pulse.heard();
    const line = parseIncoming(text);
    const problem = line && this.#traffic.accept(line);
    if (problem) this.#connection.destroy(problem);
  }

  #learn(line: Incoming): void {
    this.#state = stepSession(this.#state, { kind: "line", line });
    if (line.command !== "CAP" || !this.registered) return;
    const news = this.capabilities.accept(line);
    if (news.kind === "offered" && news.request.length > 0) {
      this.send(`CAP REQ :${news.request.join(" ")}`);
    }
  }

  #close(reason: LossReason): void {
    this.#state = stepSession(this.#state, { kind: "closed", reason });
    this.#stop.abort();
    const why = this.#state.at === "closed" ? this.#state.reason : reason;
    this.#traffic.end(new ClientError({ kind: "connection-lost", reason: why }));
    this.#closed.resolve(why);
  }
}
