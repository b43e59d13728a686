/**
 * Keeps a client connected: dials, registers, and after a loss tries again with growing pauses until it is told to stop.
 *
 * @module
 */
import type { Clock } from "../clock.ts";
import type { ServerAddress } from "../identity/known_servers.ts";
import type { Unit } from "./batches.ts";
import { dial, type TrustCheck } from "./connection.ts";
import { ClientError, toLossReason } from "./errors.ts";
import { FINAL_FAULTS } from "./faults.ts";
import { FIRST_LINK, type Link, type LinkInput, stepLink } from "./link_state.ts";
import type { LossReason } from "./problems.ts";
import type { Credentials } from "./sasl.ts";
import { ServerSession } from "./session.ts";

/** What a {@linkcode Reconnecting} tells, and asks. */
export interface ReconnectingEvents {
  /** The link is in another state. */
  link(link: Link): void;
  /** Something came on the session that is on. `answers` as in `SessionEvents`. */
  unit(session: ServerSession, unit: Unit, answers: boolean): void;
  roundTrip(ms: number): void;
  /** Whom to sign in as on the way. */
  credentials(): Credentials | undefined;
  /** A session is registered; `signInError` says why it is not signed in. */
  opened(session: ServerSession, signInError: ClientError | undefined): void;
  /** It has come back to something that keeps it from trying again. */
  failed(error: ClientError): void;
}

/** What a {@linkcode Reconnecting} works with. */
export interface ReconnectingOptions {
  readonly address: ServerAddress;
  readonly trust: TrustCheck;
  readonly clock: Clock;
  /** A random number from 0 to 1. */
  random(): number;
  readonly events: ReconnectingEvents;
}

/** One client's connection, through all its losses. */
export class Reconnecting {
  readonly #options: ReconnectingOptions;
  readonly #stop = new AbortController();
  readonly #closed = Promise.withResolvers<LossReason>();
  #link: Link = FIRST_LINK;
  #session: ServerSession | undefined;
  #running: Promise<void> | undefined;

  constructor(options: ReconnectingOptions) {
    this.#options = options;
  }

  /** The state of the link. */
  get link(): Link {
    return this.#link;
  }

  /** The session, once it is registered. */
  get session(): ServerSession | undefined {
    return this.#session?.registered ? this.#session : undefined;
  }

  /** Resolves with the reason when it is over for good. */
  get closed(): Promise<LossReason> {
    return this.#closed.promise;
  }

  /**
   * Connects for the first time; later losses are dealt with by itself.
   *
   * @throws {ClientError} When the first attempt fails: then there is no other, and `stop` is to be called.
   */
  async start(): Promise<void> {
    await this.#open();
    this.#running = this.#keep();
  }

  /** Ends it: says goodbye when there is somebody to say it to. May be called twice. */
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
      if (this.#link.at !== "waiting") return;
      try {
        await this.#options.clock.sleep(this.#link.delayMs, this.#stop.signal);
        this.#step({ kind: "due" });
        await this.#open();
      } catch (error) {
        if (error instanceof ClientError && FINAL_FAULTS.has(error.fault)) {
          this.#options.events.failed(error);
          this.#step({ kind: "stop", reason: toLossReason(error) });
        } else this.#lose(toLossReason(error));
      }
      if (this.#stop.signal.aborted && !this.#session) return;
    }
  }

  async #open(): Promise<void> {
    const { address, trust, events } = this.#options;
    const connection = await dial(address, { trust, signal: this.#stop.signal });
    this.#step({ kind: "dialed" });
    const session: ServerSession = new ServerSession(connection, {
      ...this.#options,
      events: {
        unit: (unit, answers) => events.unit(session, unit, answers),
        roundTrip: (ms) => events.roundTrip(ms),
      },
    });
    this.#session = session;
    const hangUp = () => connection.destroy({ kind: "stopping" });
    this.#stop.signal.addEventListener("abort", hangUp, { once: true });
    try {
      const { signInError } = await session.register(events.credentials());
      this.#stop.signal.throwIfAborted();
      this.#step({ kind: "registered", nowMs: this.#options.clock.now() });
      events.opened(session, signInError);
    } catch (error) {
      this.#session = undefined;
      await session[Symbol.asyncDispose]();
      throw error;
    } finally {
      this.#stop.signal.removeEventListener("abort", hangUp);
    }
  }

  #lose(reason: LossReason): void {
    if (this.#stop.signal.aborted) return; // it is not lost but given up
    const { clock, random } = this.#options;
    this.#step({ kind: "lost", reason, nowMs: clock.now(), jitter: random() });
  }

  #step(input: LinkInput): void {
    const before = this.#link;
    this.#link = stepLink(before, input);
    if (this.#link === before) return;
    this.#options.events.link(this.#link);
    if (this.#link.at === "closed") this.#closed.resolve(this.#link.reason);
  }
}
