/** The ids of messages that have been shown already. @module */

/** Number of ids remembered. */
export const MAX_SEEN_IDS = 10_000;

/** A bounded set of ids that drops the oldest. */
export class SeenIds {
  readonly #ids = new Set<string>();
  readonly #max: number;

  constructor(max = MAX_SEEN_IDS) {
    this.#max = max;
  }

  /** Adds an id. Returns false if it was there already. */
  add(id: string): boolean {
    if (this.#ids.has(id)) return false;
    if (this.#ids.size >= this.#max) {
      for (const oldest of this.#ids) {
        this.#ids.delete(oldest);
        break;
      }
    }
    this.#ids.add(id);
    return true;
  }
}
