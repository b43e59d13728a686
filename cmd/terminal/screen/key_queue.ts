/** Keys in the order in which they were pressed, which can be held back for a while. @module */
import type { KeyEvent } from "./keys.ts";

// What is typed ahead of a question belongs to the question; yet a slow reader must not freeze keys.
const HOLD_KEYS_MS = 50;

/**
 * Gives each key to `handle`, unless they are held: from the start, and after each line, until a question is asked or
 * somebody reads lines.
 */
export class KeyQueue {
  #keys: KeyEvent[] = [];
  #isHeld = true;
  #isRead = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly handle: (event: KeyEvent) => void) {}

  push(event: KeyEvent): void {
    if (this.#isHeld && !this.#isRead && isInterruption(event)) {
      this.#keys = [];
      return this.handle(event);
    }
    this.#keys.push(event);
    this.#handleAll();
  }

  /** Keys wait until `release()`; once lines are read, for a moment at most. */
  hold(): void {
    this.#isHeld = true;
    clearTimeout(this.#timer);
    if (this.#isRead) this.#timer = setTimeout(() => this.release(), HOLD_KEYS_MS);
  }

  release(): void {
    if (!this.#isHeld) return;
    clearTimeout(this.#timer);
    this.#isHeld = false;
    queueMicrotask(() => this.#handleAll());
  }

  /** Somebody reads lines, now and from now on: what was typed and answered no question is a line. */
  read(): void {
    this.#isRead = true;
    this.release();
  }

  #handleAll(): void {
    while (!this.#isHeld) {
      const event = this.#keys.shift();
      if (event === undefined) return;
      this.handle(event);
    }
  }
}

function isInterruption(event: KeyEvent): boolean {
  return event.kind === "key" && event.key.ctrl === true && event.key.name === "c";
}
