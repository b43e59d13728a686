/**
 * A time by which something may be destroyed. A clock can be wrong, by years when a battery is empty; so this one follows it
 * ahead only at ten times the speed at which time passes, and never runs before it.
 *
 * @module
 */

/** How many times as fast as time passes {@linkcode TrustedTime} catches up. */
export const CATCH_UP_SPEED = 10;

/** What the clock says, as far as it has been seen to get there. Pure: the clocks are the caller's. */
export class TrustedTime {
  #believed: number;
  #steadyAt: number;

  /**
   * @param believed What it had come to when it was noted last; milliseconds since 1970.
   * @param steadyNow A steady clock.
   */
  constructor(believed: number, steadyNow: number) {
    this.#believed = believed;
    this.#steadyAt = steadyNow;
  }

  /** The time to note for the next start: a clock that is set back does not lessen it. */
  get believed(): number {
    return this.#believed;
  }

  /** The time to go by, when the clocks say this. */
  at(wallNow: number, steadyNow: number): number {
    const reach = this.#believed + (steadyNow - this.#steadyAt) * CATCH_UP_SPEED;
    this.#steadyAt = steadyNow;
    this.#believed = Math.max(this.#believed, Math.min(wallNow, reach));
    return Math.min(wallNow, this.#believed);
  }
}
