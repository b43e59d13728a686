/** Limits progress events, for faces without a screen. @module */
import type { ShownEvent } from "../words/shown_event.ts";

/** Enough for programs and logs. */
const PASS_EVERY_MS = 1_000;

/** Passes one progress event a second for each transfer, and its last. */
export class ProgressPace {
  readonly #passedMs = new Map<string, number>();
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Whether this event should be shown. */
  isDue(event: ShownEvent): boolean {
    if (event.event !== "progress") {
      if ("id" in event && event.id !== undefined) this.#passedMs.delete(event.id);
      return true;
    }
    const { id, bytes, total } = event;
    const now = this.#now();
    const passedMs = this.#passedMs.get(id) ?? -Infinity;
    if (bytes < total && now - passedMs < PASS_EVERY_MS) return false;
    // The last one passes once, even if it is repeated.
    this.#passedMs.set(id, bytes < total ? now : Infinity);
    if (passedMs === Infinity) return false;
    return true;
  }
}
