/**
 * The pings of one session, in both directions: they show that it is alive, and measure the round trip.
 *
 * @module
 */
import type { Clock } from "../../ground/clock.ts";
import type { Incoming } from "./incoming.ts";
import { KeepAlive } from "./keep_alive.ts";

/** Options for {@linkcode SessionPulse}. */
export interface SessionPulseOptions {
  readonly clock: Clock;
  send(line: string): void;
  /** A measured round trip, in milliseconds. */
  roundTrip(ms: number): void;
}

/** Pings the server when it is silent, and answers its pings. */
export class SessionPulse {
  readonly #options: SessionPulseOptions;
  readonly #keepAlive: KeepAlive;
  #tokens = 0;
  /** Our last ping, until it is answered. */
  #sent: { readonly token: string; readonly atMs: number } | undefined;

  /** Sends no ping yet. */
  constructor(options: SessionPulseOptions) {
    this.#options = options;
    this.#keepAlive = new KeepAlive({ clock: options.clock, ping: () => this.ping() });
  }

  /** Something arrived from the server. */
  heard(): void {
    this.#keepAlive.heard();
  }

  /** Sends a ping now. */
  ping(): void {
    const token = this.nextToken("k");
    this.#sent = { token, atMs: this.#options.clock.now() };
    this.#options.send(`PING ${token}`);
  }

  /** A token that no other ping of this session has. */
  nextToken(kind: "k" | "r"): string {
    return `${kind}${++this.#tokens}`;
  }

  /** Watches until the server is silent for too long. @throws `signal.reason` when it is aborted first. */
  watch(signal: AbortSignal): Promise<void> {
    return this.#keepAlive.watch(signal);
  }

  /** Answers a ping, or measures the answer to ours. Returns whether the line was either. */
  accept({ command, params }: Incoming): boolean {
    const token = params.at(-1) ?? "";
    if (command === "PING") {
      this.#options.send(`PONG :${token}`);
      return true;
    }
    if (command !== "PONG" || this.#sent?.token !== token) return false;
    this.#options.roundTrip(this.#options.clock.now() - this.#sent.atMs);
    this.#sent = undefined;
    return true;
  }
}
