/** Keys in the order in which they were pressed, which can be held back for a moment. @module */
import type { KeyEvent } from "./screen_keys.ts";

// What is typed ahead of a question belongs to the question; yet a slow reader must not freeze keys.
const HOLD_KEYS_MS = 50;

/** Gives each key to `handle`, unless they are held. */
export class KeyQueue {
  readonly #keys: KeyEvent[] = [];
  #heldBy: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly handle: (event: KeyEvent) => void) {}

  push(event: KeyEvent): void {
    this.#keys.push(event);
    this.#handleAll();
  }

  /** Keys wait until `release()`, or until a moment is over. */
  hold(): void {
    clearTimeout(this.#heldBy);
    this.#heldBy = setTimeout(() => this.release(), HOLD_KEYS_MS);
  }

  release(): void {
    if (this.#heldBy === undefined) return;
    clearTimeout(this.#heldBy);
    this.#heldBy = undefined;
    queueMicrotask(() => this.#handleAll());
  }

  #handleAll(): void {
    while (this.#heldBy === undefined) {
      const event = this.#keys.shift();
      if (event === undefined) return;
      this.handle(event);
    }
  }
}
