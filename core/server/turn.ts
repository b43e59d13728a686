/**
 * One turn of the event loop: all that arrived in it is stored together, and then sent together.
 *
 * @module
 */
import { setImmediate } from "node:timers";
import { forgetJoined, type Outbox } from "../net/outbox.ts";

/** Collects the outboxes that have something to send and flushes them once per turn. */
export class Turn {
  #waiting: Outbox[] = [];
  #due = false;
  #beforeSending: () => void;

  /** @param beforeSending Runs before anything is sent: writes down what others are about to see. */
  constructor(beforeSending: () => void) {
    this.#beforeSending = beforeSending;
  }

  /** The outbox has something new to send. */
  add(outbox: Outbox): void {
    if (!outbox.markWaiting()) return;
    this.#waiting.push(outbox);
    this.schedule();
  }

  /** Something is to be written down, whether or not anything is to be sent. */
  schedule(): void {
    if (this.#due) return;
    this.#due = true;
    setImmediate(this.finish);
  }

  /** Sends now what waits, as the end of a turn does. */
  finish = (): void => {
    this.#due = false;
    const outboxes = this.#waiting;
    this.#waiting = [];
    this.#beforeSending();
    for (const outbox of outboxes) outbox.flush();
    forgetJoined();
  };
}
