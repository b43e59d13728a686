/**
 * Keeps a client connected: dials, registers, and reconnects with growing pauses until it is stopped.
 *
 * @module
 */
import type { Clock } from "../../ground/clock.ts";
import type { ServerAddress } from "../../identity/known_servers.ts";
import {
  FIRST_CONNECTION,
  type ServerConnectionInput,
  type ServerConnectionState,
  stepServerConnection,
} from "../events/connection_state.ts";
import { ClientError, toLossReason } from "../events/errors.ts";
import { FINAL_FAULTS } from "../events/faults.ts";
import type { LossReason } from "../events/problems.ts";
import type { Unit } from "./batches.ts";
import { dial, type TrustCheck } from "./connection.ts";
import type { Credentials } from "./sasl.ts";
import { ServerSession } from "./session.ts";
import type { SessionSource } from "./session_source.ts";

/** Handlers for the events of {@linkcode Reconnecting}. */
export interface ConnectionListener {
  /** The state of the connection has changed. */
  connection(state: ServerConnectionState): void;
  /** A unit was received on the current session. `answers` as in `ServerSessionEvents`. */
  unit(session: ServerSession, unit: Unit, answers: boolean): void;
  /** A measured round trip, in milliseconds. */
  roundTrip(ms: number): void;
  /** A session is registered; `signInError` says why it is not signed in. */
  opened(session: ServerSession, signInError: ClientError | undefined): void;
  /** An attempt failed permanently. */
  failed(error: ClientError): void;
}

/** Options for {@linkcode Reconnecting}. */
export interface ReconnectingOptions {
  readonly address: ServerAddress;
  readonly trust: TrustCheck;
  readonly clock: Clock;
  /** A random number from 0 to 1. */
  random(): number;
  /** The credentials to sign in with. */
  readonly memory: { readonly credentials: Credentials | undefined };
}

/** The connection of one client, with reconnects. */
export class Reconnecting implements SessionSource {
  readonly #options: ReconnectingOptions;
  readonly #stop = new AbortController();
  readonly #closed = Promise.withResolvers<LossReason>();
  #state: ServerConnectionState = FIRST_CONNECTION;
  #session: ServerSession | undefined;
  #running: Promise<void> | undefined;
  #listener: ConnectionListener | undefined;

  /** Dials nothing before it is started. */
  constructor(options: ReconnectingOptions) {
    this.#options = options;
  }

  /** Sets the listener; called once, before it is started. */
  listen(listener: ConnectionListener): void {
    this.#listener = listener;
  }

  /** The state of the connection. */
  get state(): ServerConnectionState {
    return this.#state;
  }

  /** The session, once it is registered. */
  get session(): ServerSession | undefined {
    return this.#session?.registered ? this.#session : undefined;
  }

  /** Resolves with the reason when it is closed permanently. */
  get closed(): Promise<LossReason> {
    return this.#closed.promise;
  }

  /**
   * Connects for the first time; later it reconnects by itself.
   *
   * @throws {ClientError} When the first attempt fails: it is not repeated, and `stop` has to be called.
   */
  async start(): Promise<void> {
    await this.#open();
    this.#running = this.#keep();
  }

  /** Closes it, with a goodbye if it is connected. May be called twice. */
  async stop(reason: LossReason): Promise<void> {
    this.#stop.abort(new ClientError({ kind: "closing", reason }));
    await this.session?.quit(reason.kind === "closed-here" ? reason.text : "closing");
    await this.#running;
    this.#step({ kind: "stop", reason });
  }

  async #keep(): Promise<void> {
    for (;;) {
      const session = this.#session;
      if (session) {
        const reason = await session.closed;
        this.#session = undefined;
        await session[Symbol.asyncDispose]();
        this.#lose(reason);
      }
      if (this.#state.at !== "waiting") return;
      try {
        await this.#options.clock.sleep(this.#state.delayMs, this.#stop.signal);
        this.#step({ kind: "due" });
        await this.#open();
      } catch (error) {
        if (error instanceof ClientError && FINAL_FAULTS.has(error.fault)) {
          this.#listener?.failed(error);
          this.#step({ kind: "stop", reason: toLossReason(error) });
        } else this.#lose(toLossReason(error));
      }
      if (this.#stop.signal.aborted && !this.#session) return;
    }
  }

  async #open(): Promise<void> {
    const { address, trust, memory } = this.#options;
    const connection = await dial(address, { trust, signal: this.#stop.signal });
    this.#step({ kind: "dialed" });
    const session: ServerSession = new ServerSession(connection, {
      ...this.#options,
      events: {
        unit: (unit, answers) => this.#listener?.unit(session, unit, answers),
        roundTrip: (ms) => this.#listener?.roundTrip(ms),
      },
    });
    this.#session = session;
    const hangUp = () => connection.destroy({ kind: "stopping" });
    this.#stop.signal.addEventListener("abort", hangUp, { once: true });
    try {
      const { signInError } = await session.register(memory.credentials);
      this.#stop.signal.throwIfAborted();
      this.#step({ kind: "registered", nowMs: this.#options.clock.now() });
      this.#listener?.opened(session, signInError);
    } catch (error) {
      this.#session = undefined;
      await session[Symbol.asyncDispose]();
      throw error;
    } finally {
      this.#stop.signal.removeEventListener("abort", hangUp);
    }
  }

  #lose(reason: LossReason): void {
    if (this.#stop.signal.aborted) return; // closed, not lost
    const { clock, random } = this.#options;
    this.#step({ kind: "lost", reason, nowMs: clock.now(), jitter: random() });
  }

  #step(input: ServerConnectionInput): void {
    const before = this.#state;
    this.#state = stepServerConnection(before, input);
    if (this.#state === before) return;
    this.#listener?.connection(this.#state);
    if (this.#state.at === "closed") this.#closed.resolve(this.#state.reason);
  }
}
