/**
 * A time by which something may be destroyed. A clock can be wrong, by years when a battery is empty; so this one follows it,
 * ahead and back, only at ten times the speed at which time passes.
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

  /** The time to note for the next start. */
  get believed(): number {
    return this.#believed;
  }

  /** The time to go by, when the clocks say this: never one that has not come. */
  at(wallNow: number, steadyNow: number): number {
    const stepMs = (steadyNow - this.#steadyAt) * CATCH_UP_SPEED;
    this.#steadyAt = steadyNow;
    const ahead = wallNow - this.#believed;
    this.#believed += Math.max(-stepMs, Math.min(stepMs, ahead));
    return Math.min(wallNow, this.#believed);
  }
}
