/**
 * Memory budget for the lists of unanswered offers, which other clients can send unasked.
 *
 * @module
 */
import { MAX_UNANSWERED_LIST_BYTES } from "./limits.ts";

/** The budget of all lists. */
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

/** The part of the budget that one list has taken. */
export interface ListShare {
  /** Takes more. Returns false, and takes nothing, when the budget is exceeded. Has no effect once released. */
  take(bytes: number): boolean;
  /** Returns everything. May be called twice. */
  release(): void;
}
