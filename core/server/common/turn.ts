/**
 * One turn of the event loop: all that arrived in it is stored together, and then sent together.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import { setImmediate } from "node:timers";
import type { MaybePromise } from "../../ground/maybe_promise.ts";
import { forgetJoined } from "../../net/joined_writes.ts";

/** Sends at the end of a turn: an outbox, for example. */
export interface Sender {
  /** Notes that a flush is due. False when that was noted already. */
  markWaiting(): boolean;
  /**
   * Fixes what the next flush sends, while that is being stored: what comes later waits for the flush after it, and the
   * sender has to be added to the turn again.
   */
  seal(): void;
  /** Sends what is queued, or what was sealed of it. */
  flush(): void;
  /** Flushing failed: closes the connection. */
  abandon(): void;
}

/** What a {@linkcode Turn} calls. */
export interface TurnEvents {
  /** Stores what others are about to see. A promise holds back what the turn sends, and the turns after it. */
  readonly store: () => MaybePromise<void>;
  /** Does what can wait until everything is sent. */
  readonly sent?: () => void;
}

const log = getLogger(["chat", "server"]);

/** Collects the senders that have something to send and flushes them once per turn. */
export class Turn {
  readonly #events: TurnEvents;
  #waiting: Sender[] = [];
  #isDue = false;
  /** Pending while the store is writing. */
  #storing: Promise<void> | undefined;

  /** A turn in which nothing has happened. */
  constructor(events: TurnEvents) {
    this.#events = events;
  }

  /** The sender has something new to send. */
  add(sender: Sender): void {
    if (!sender.markWaiting()) return;
    this.#waiting.push(sender);
    this.schedule();
  }

  /** Ends the turn soon, even if nothing is to be sent: something is to be stored. */
  schedule(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    if (!this.#storing) setImmediate(this.finish);
  }

  /** Ends the turn now: stores, then sends. @returns a promise if the store returns one. */
  finish = (): MaybePromise<void> => {
    if (this.#storing) return this.#storing.then(this.finish);
    this.#isDue = false;
    const senders = this.#waiting;
    this.#waiting = [];
    const stored = this.#events.store();
    if (!(stored instanceof Promise)) return this.#send(senders);
    for (const sender of senders) sender.seal();
    this.#storing = stored.then(() => {
      this.#storing = undefined;
      this.#send(senders);
      if (this.#isDue) setImmediate(this.finish);
    });
    return this.#storing;
  };

  #send(senders: readonly Sender[]): void {
    for (const sender of senders) flush(sender);
    forgetJoined();
    this.#events.sent?.();
  }
}

/** One sender's failure must not affect the others. */
function flush(sender: Sender): void {
  try {
    sender.flush();
  } catch (error) {
    log.error("sending failed: {error}", { error });
    sender.abandon();
  }
}
