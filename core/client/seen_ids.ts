/** Which messages have been shown already, as far back as anybody would replay. @module */

/** How many ids are remembered. */
export const MAX_SEEN_IDS = 10_000;

/** A set of ids that forgets the oldest when it is full. */
export class SeenIds {
  readonly #ids = new Set<string>();
  readonly #max: number;

  constructor(max = MAX_SEEN_IDS) {
    this.#max = max;
  }

  /** Remembers an id. False when it was there already. */
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
