/**
 * How much memory the lists of offers may take that nobody has answered: whoever sends them has not been let in yet.
 *
 * @module
 */
import { MAX_UNANSWERED_LIST_BYTES } from "./limits.ts";

/** What all lists share. */
export class ListBudget {
  #left: number;

  /**
   * Nothing is taken yet.
   *
   * @param bytes For all lists together.
   */
  constructor(bytes: number = MAX_UNANSWERED_LIST_BYTES) {
    this.#left = bytes;
  }

  /** The share of one list, empty at first. */
  share(): ListShare {
    let held = 0;
    let isReleased = false;
    return {
      take: (bytes) => {
        if (isReleased) return true;
        if (bytes > this.#left) return false;
        this.#left -= bytes;
        held += bytes;
        return true;
      },
      release: () => {
        isReleased = true;
        this.#left += held;
        held = 0;
      },
    };
  }
}

/** What one list takes. */
export interface ListShare {
  /** Takes more. False when there is no more: then nothing is taken. Once released, it counts no more. */
  take(bytes: number): boolean;
  /** Gives all of it back. May be called twice. */
  release(): void;
}
