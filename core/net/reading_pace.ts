/**
 * Backpressure: reads from a connection no faster than its lines are handled and than its byte budget allows.
 *
 * @module
 */
import type { Connection } from "./connection.ts";
import type { ByteBudget } from "./throttle.ts";

/** Pauses and resumes one connection. */
export class ReadingPace {
  readonly #connection: Pick<Connection, "pause" | "resume">;
  readonly #budget: ByteBudget;
  #isCrowded = false;
  #resting: ReturnType<typeof setTimeout> | undefined;

  /** Does not pause yet. */
  constructor(connection: Pick<Connection, "pause" | "resume">, budget: ByteBudget) {
    this.#connection = connection;
    this.#budget = budget;
  }

  /** Counts received bytes. */
  received(bytes: number): void {
    const waitMs = this.#budget.spend(performance.now(), bytes);
    if (waitMs === 0 || this.#resting !== undefined) return;
    if (!this.#isCrowded) this.#connection.pause();
    this.#resting = setTimeout(() => {
      this.#resting = undefined;
      if (!this.#isCrowded) this.#connection.resume();
    }, waitMs);
  }

  /** Too many lines are waiting (true), or few enough again (false). */
  crowded(isCrowded: boolean): void {
    if (this.#isCrowded === isCrowded) return;
    this.#isCrowded = isCrowded;
    if (this.#resting !== undefined) return;
    if (isCrowded) this.#connection.pause();
    else this.#connection.resume();
  }

  /** The connection has ended. */
  stop(): void {
    clearTimeout(this.#resting);
  }
}
