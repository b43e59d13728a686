/**
 * One turn of the event loop: all that arrived in it is stored together, and then sent together.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import { setImmediate } from "node:timers";
import { forgetJoined } from "../net/joined_writes.ts";

/** What has something to send at the end of a turn: an outbox, for example. */
export interface Sender {
  /** Notes that a flush is due. False when that was noted already. */
  markWaiting(): boolean;
  /** Sends what waits. */
  flush(): void;
  /** Flushing failed: hangs up on whoever it is for. */
  abandon(): void;
}

const log = getLogger(["chat", "server"]);

/** Collects the senders that have something to send and flushes them once per turn. */
export class Turn {
  #waiting: Sender[] = [];
  #due = false;
  #beforeSending: () => void;
  #afterSending: () => void;

  /**
   * @param beforeSending Writes down what others are about to see.
   * @param afterSending Does what can wait until they have it.
   */
  constructor(beforeSending: () => void, afterSending: () => void = () => {}) {
    this.#beforeSending = beforeSending;
    this.#afterSending = afterSending;
  }

  /** The sender has something new to send. */
  add(sender: Sender): void {
    if (!sender.markWaiting()) return;
    this.#waiting.push(sender);
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
    const senders = this.#waiting;
    this.#waiting = [];
    this.#beforeSending();
    for (const sender of senders) flush(sender);
    forgetJoined();
    this.#afterSending();
  };
}

/** What fails for one must not keep the others from what is theirs. */
function flush(sender: Sender): void {
  try {
    sender.flush();
  } catch (error) {
    log.error("sending failed: {error}", { error });
    sender.abandon();
  }
}
