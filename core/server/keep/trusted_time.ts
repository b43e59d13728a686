/**
 * A time that is safe for deleting old data. The wall clock can be wrong, by years if a battery is empty; so this time
 * follows it, forward and back, at no more than ten times real speed.
 *
 * @module
 */

/** How fast {@linkcode TrustedTime} follows the wall clock, relative to real time. */
export const CATCH_UP_SPEED = 10;

/** The wall clock, followed at a limited speed. Pure: the caller passes the times. */
export class TrustedTime {
  #believed: number;
  #steadyAt: number;

  /**
   * @param believed The value when it was stored last; milliseconds since 1970.
   * @param steadyNow Time of a monotonic clock.
   */
  constructor(believed: number, steadyNow: number) {
    this.#believed = believed;
    this.#steadyAt = steadyNow;
  }

  /** The value to store for the next start. */
  get believed(): number {
    return this.#believed;
  }

  /** The time to use, given both clocks; never later than the wall clock. */
  at(wallNow: number, steadyNow: number): number {
    const stepMs = (steadyNow - this.#steadyAt) * CATCH_UP_SPEED;
    this.#steadyAt = steadyNow;
    const ahead = wallNow - this.#believed;
    this.#believed += Math.max(-stepMs, Math.min(stepMs, ahead));
    return Math.min(wallNow, this.#believed);
  }
}
