/**
 * Detects a dead connection, and measures the round trip.
 *
 * @module
 */
import type { Clock } from "../../ground/clock.ts";

/** Silence after which a PING is sent. */
export const PING_AFTER_MS = 10_000;
/** Silence after which the connection counts as dead. */
export const DEAD_AFTER_MS = 25_000;

/** A timer later than this means that the program was suspended. */
const STOPPED_MS = 5_000;

/** Options for {@linkcode KeepAlive}. */
export interface KeepAliveOptions {
  readonly clock: Clock;
  /** Sends a PING. Called at most once in each {@linkcode PING_AFTER_MS}. */
  ping(): void;
}

/** Watches one connection. */
export class KeepAlive {
  readonly #clock: Clock;
  readonly #ping: () => void;
  #heardMs: number;

  constructor({ clock, ping }: KeepAliveOptions) {
    this.#clock = clock;
    this.#ping = ping;
    this.#heardMs = clock.now();
  }

  /** Something was received from the server. */
  heard(): void {
    this.#heardMs = this.#clock.now();
  }

  /**
   * Watches until the connection is dead, which takes at most {@linkcode DEAD_AFTER_MS} of silence.
   *
   * @throws `signal.reason` when it is aborted first.
   */
  async watch(signal: AbortSignal): Promise<void> {
    let pingedMs = -Infinity;
    for (;;) {
      const silentMs = this.#clock.now() - this.#heardMs;
      if (silentMs >= DEAD_AFTER_MS) return;
      const nextPingMs = Math.max(this.#heardMs, pingedMs) + PING_AFTER_MS - this.#clock.now();
      if (nextPingMs <= 0) {
        pingedMs = this.#clock.now();
        this.#ping();
        continue;
      }
      await this.#sleep(Math.min(nextPingMs, DEAD_AFTER_MS - silentMs), signal);
    }
  }

  /** After a suspension (Ctrl-Z, or sleep of the machine) silence does not count: a PING is sent first. */
  async #sleep(ms: number, signal: AbortSignal): Promise<void> {
    const wakesMs = this.#clock.now() + ms;
    await this.#clock.sleep(ms, signal);
    const nowMs = this.#clock.now();
    if (nowMs - wakesMs < STOPPED_MS) return;
    this.#heardMs = Math.max(this.#heardMs, nowMs - PING_AFTER_MS);
  }
}
