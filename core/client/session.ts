/**
 * One connection to a server, from its first word to its last: who we are on it, what the server can do, requests and
 * their answers, and everything else that comes as {@linkcode Unit}s, in order.
 *
 * @module
 */
import { foldName } from "../ground/names.ts";
import { BatchCollector, type Unit } from "./batches.ts";
import { Capabilities } from "./capabilities.ts";
import type { Clock } from "../ground/clock.ts";
import type { ServerConnection } from "./connection.ts";
import { type Conversation, Conversations } from "./conversation.ts";
import { ClientError } from "./errors.ts";
import { type Incoming, parseIncoming } from "./incoming.ts";
import { KeepAlive } from "./keep_alive.ts";
import type { LossReason } from "./problems.ts";
import { register, type Registered } from "./registration.ts";
import { Requests, type ServerRequest } from "./requests.ts";
import { authenticate, type Credentials } from "./sasl.ts";

/** How long a goodbye may take. */
const QUIT_TIMEOUT_MS = 2_000;
/** More ISUPPORT tokens than any server has. */
const MAX_ISUPPORT = 200;
/** Batches that mean more than their lines. */
const MEANINGFUL_BATCHES = new Set(["chathistory", "draft/multiline"]);

/** What a {@linkcode ServerSession} tells. */
export interface ServerSessionEvents {
  /**
   * Something came, and what it says of ourselves has been taken in. `answers`: it belongs to a request or a
   * conversation, whoever waits for that hears of it as well.
   */
  unit(unit: Unit, answers: boolean): void;
  /** The time an answer took, in milliseconds. */
  roundTrip(ms: number): void;
}

/** What a {@linkcode ServerSession} works with. */
export interface ServerSessionOptions {
  readonly events: ServerSessionEvents;
  readonly clock: Clock;
  /** A random number from 0 to 1. */
  random(): number;
}

/** One connection, opened by {@linkcode ServerSession.register}. */
export class ServerSession implements AsyncDisposable {
  readonly capabilities = new Capabilities();
  readonly #connection: ServerConnection;
  readonly #options: ServerSessionOptions;
  readonly #batches = new BatchCollector();
  readonly #requests: Requests;
  readonly #conversations: Conversations;
  readonly #keepAlive: KeepAlive;
  readonly #stop = new AbortController();
  readonly #closed = Promise.withResolvers<LossReason>();
  readonly #isupport = new Map<string, string>();
  #nick = "*";
  #account: string | undefined;
  #registered = false;
  #pings = 0;
  #pingsAt = new Map<string, number>();
  #lastWords: string | undefined;

  constructor(connection: ServerConnection, options: ServerSessionOptions) {
    this.#connection = connection;
    this.#options = options;
    const { clock } = options;
    this.#conversations = new Conversations(clock);
    this.#requests = new Requests({
      clock,
      hasLabels: () => this.hasLabels,
      send: (line) => this.send(line),
    });
    this.#keepAlive = new KeepAlive({ clock, ping: () => this.#ping() });
  }

  /** Our nickname. */
  get nick(): string {
    return this.#nick;
  }

  /** The account we are signed in to. */
  get account(): string | undefined {
    return this.#account;
  }

  /** Whether the server has said welcome. */
  get registered(): boolean {
    return this.#registered;
  }

  /** Whether the server says which request its lines answer. */
  get hasLabels(): boolean {
    return this.capabilities.has("labeled-response") && this.capabilities.has("batch");
  }

  /** Resolves with the reason when the connection is over. */
  get closed(): Promise<LossReason> {
    return this.#closed.promise;
  }

  /** SHA-256 of the server's certificate, and where it was dialled. */
  get server(): { readonly server: string; readonly fingerprint: string } {
    return this.#connection;
  }

  /** A value of the server's ISUPPORT tokens; `""` when it has none, `undefined` when it is not there. */
  isupport(name: string): string | undefined {
    return this.#isupport.get(name);
  }

  /** Whether a nickname is ours. */
  isMe(nick: string): boolean {
    return foldName(nick) === foldName(this.#nick);
  }

  /**
   * Opens the connection and registers, signing in when credentials are given.
   *
   * @throws {ClientError} When the server refuses, hangs up, or is silent.
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
      converse: (belongs) => this.#conversations.begin(belongs),
    });
    this.#keepAlive.watch(this.#stop.signal).then(
      () => this.#connection.destroy({ kind: "silent" }),
      () => {}, // closed before
    );
    this.#ping();
    return result;
  }

  /** Signs in on the open connection. @throws {ClientError} What the server says. */
  signIn(credentials: Credentials): Promise<void> {
    return authenticate({
      mechanisms: this.capabilities.has("sasl") ? this.capabilities.valueOf("sasl") : undefined,
      send: (line) => this.send(line),
      converse: (belongs) => this.#conversations.begin(belongs),
    }, credentials);
  }

  /** Sends a line that needs no answer. */
  send(line: string): void {
    this.#connection.send(line);
  }

  /** Sends a request and waits for its answer. @throws {ClientError} What the server refused. */
  request(request: ServerRequest, ...more: readonly ServerRequest[]): Promise<readonly Incoming[]> {
    return this.#requests.start(request, ...more);
  }

  /** Listens to the lines for which `belongs` says so. */
  converse(belongs: (line: Incoming) => boolean): Conversation {
    return this.#conversations.begin(belongs);
  }

  /** Waits until the server has handled all that was sent, and gives the time that took in milliseconds. */
  async roundTrip(): Promise<number> {
    const beganMs = this.#options.clock.now();
    await this.#requests.start({ command: "PING", params: [`r${++this.#pings}`] });
    const ms = this.#options.clock.now() - beganMs;
    this.#options.events.roundTrip(ms);
    return ms;
  }

  /** Says goodbye and waits for the server to hang up, though not for long. */
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

  #ping(): void {
    const token = `k${++this.#pings}`;
    this.#pingsAt.clear();
    this.#pingsAt.set(token, this.#options.clock.now());
    this.send(`PING ${token}`);
  }

  #line(text: string): void {
    this.#keepAlive.heard();
    const line = parseIncoming(text);
    if (line === undefined) return;
    let unit: Unit | undefined;
    try {
      unit = this.#batches.accept(line);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#connection.destroy({ kind: "bad-batch", message: error.message });
      return;
    }
    if (unit === undefined || this.#isHousekeeping(unit)) return;
    this.#take(unit, this.#requests.accept(unit));
  }

  /** Hands on one unit, or each unit of a batch that only says what request it answers. */
  #take(unit: Unit, answers: boolean): void {
    if (unit.kind === "batch") {
      if (MEANINGFUL_BATCHES.has(unit.type)) this.#options.events.unit(unit, answers);
      else for (const inner of unit.units) this.#take(inner, answers);
      return;
    }
    this.#know(unit.line);
    const heard = this.#conversations.accept(unit.line);
    this.#options.events.unit(unit, answers || heard);
  }

  #isHousekeeping(unit: Unit): boolean {
    if (unit.kind !== "line") return false;
    const { command, params } = unit.line;
    if (command === "PING") {
      this.send(`PONG :${params.at(-1) ?? ""}`);
      return true;
    }
    if (command !== "PONG") return false;
    const sentMs = this.#pingsAt.get(params.at(-1) ?? "");
    if (sentMs === undefined) return false;
    this.#pingsAt.clear();
    this.#options.events.roundTrip(this.#options.clock.now() - sentMs);
    return true;
  }

  /** Takes in what a line says of ourselves. */
  #know(line: Incoming): void {
    const { command, params } = line;
    switch (command) {
      case "001":
        this.#nick = params[0] ?? this.#nick;
        this.#registered = true;
        break;
      case "005":
        for (const token of params.slice(1, -1)) this.#learn(token);
        break;
      case "NICK":
        if (this.isMe(line.from)) this.#nick = params[0] ?? this.#nick;
        break;
      case "900":
        this.#account = params[2] ?? this.#account;
        break;
      case "901":
        this.#account = undefined;
        break;
      case "CAP":
        if (this.#registered) this.#negotiate(line);
        break;
      case "ERROR":
        this.#lastWords = params[0];
        break;
    }
  }

  #learn(token: string): void {
    if (this.#isupport.size >= MAX_ISUPPORT) return;
    const equals = token.indexOf("=");
    if (equals < 0) this.#isupport.set(token, "");
    else this.#isupport.set(token.slice(0, equals), token.slice(equals + 1));
  }

  #negotiate(line: Incoming): void {
    const news = this.capabilities.accept(line);
    if (news.kind === "offered" && news.request.length > 0) {
      this.send(`CAP REQ :${news.request.join(" ")}`);
    }
  }

  #close(reason: LossReason): void {
    const why: LossReason = this.#lastWords === undefined
      ? reason
      : { kind: "server-said", text: this.#lastWords };
    this.#stop.abort();
    const error = new ClientError({ kind: "connection-lost", reason: why });
    this.#requests.end(error);
    this.#conversations.end(error);
    this.#closed.resolve(why);
  }
}
