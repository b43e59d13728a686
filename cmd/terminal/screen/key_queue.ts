/** A queue of keys that can be held. @module */
import type { KeyEvent } from "./keys.ts";

// Keys typed ahead belong to the next question, but a slow reader must not block them for long.
const HOLD_KEYS_MS = 50;

/**
 * Passes keys to `handle` in order. They are held from the start, and after each line, until a question is asked or a
 * line is read.
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

  /** Holds keys until `release()`; once lines have been read, for 50 ms at most. */
  hold(): void {
    this.#isHeld = true;
    clearTimeout(this.#timer);
    if (this.#isRead) this.#timer = setTimeout(() => this.release(), HOLD_KEYS_MS);
  }

  /** Passes the held keys, and those that follow. */
  release(): void {
    if (!this.#isHeld) return;
    clearTimeout(this.#timer);
    this.#isHeld = false;
    queueMicrotask(() => this.#handleAll());
  }

  /** A line is read: keys that were typed ahead and answered no question belong to it. */
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
