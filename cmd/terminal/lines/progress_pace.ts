/** How often a face without a screen tells how far transfers are. @module */
import type { ShownEvent } from "../words/shown_event.ts";

/** Programs and logs need no more. */
const TELL_EVERY_MS = 1_000;

/** Lets one progress event a second through for each transfer, and its last. */
export class ProgressPace {
  readonly #toldMs = new Map<string, number>();
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Whether this event is to be shown. */
  isDue(event: ShownEvent): boolean {
    if (event.event !== "progress") {
      if ("id" in event && event.id !== undefined) this.#toldMs.delete(event.id);
      return true;
    }
    const { id, bytes, total } = event;
    const now = this.#now();
    const toldMs = this.#toldMs.get(id) ?? -Infinity;
    if (bytes < total && now - toldMs < TELL_EVERY_MS) return false;
    // The last one is told once, however often it comes.
    this.#toldMs.set(id, bytes < total ? now : Infinity);
    if (toldMs === Infinity) return false;
    return true;
  }
}
