/**
 * Reads from a connection no faster than its lines are worked off, and than its budget of bytes allows: what is not read
 * stays with whoever sends it.
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

  /** Reads as long as nothing is to be waited for. */
  constructor(connection: Pick<Connection, "pause" | "resume">, budget: ByteBudget) {
    this.#connection = connection;
    this.#budget = budget;
  }

  /** So many bytes came. */
  received(bytes: number): void {
    const waitMs = this.#budget.spend(performance.now(), bytes);
    if (waitMs === 0 || this.#resting !== undefined) return;
    if (!this.#isCrowded) this.#connection.pause();
    this.#resting = setTimeout(() => {
      this.#resting = undefined;
      if (!this.#isCrowded) this.#connection.resume();
    }, waitMs);
  }

  /** More lines wait than should (true), or few enough again (false). */
  crowded(isCrowded: boolean): void {
    if (this.#isCrowded === isCrowded) return;
    this.#isCrowded = isCrowded;
    if (this.#resting !== undefined) return;
    if (isCrowded) this.#connection.pause();
    else this.#connection.resume();
  }

  /** The connection is over. */
  stop(): void {
    clearTimeout(this.#resting);
  }
}
