/**
 * Lines sent without a connection, or lost with it: they wait until their room is joined again, and are not
 * sent twice if the room's history shows that they had arrived.
 *
 * @module
 */
import { foldName } from "../../ground/names.ts";
import { ClientError } from "../events/errors.ts";

/** Most queued lines. */
export const MAX_WAITING = 100;

/** Our own line found in a room's history. */
export interface HeardLine {
  readonly text: string;
  /** Sent by `/me`. */
  readonly action: boolean;
}

/** A queued line. */
export interface WaitingLine {
  readonly room: string;
  /** Its parts, which arrive separately; in the form received by others, once they were sent. */
  readonly texts: readonly string[];
  /** Sent by `/me`. */
  readonly action: boolean;
  /** Whether it was sent before without a confirmation. */
  readonly unconfirmed: boolean;
}

interface Waiter extends WaitingLine {
  /** Resolves with the parts to send. */
  readonly turn: PromiseWithResolvers<readonly string[]>;
}

/** The queued lines, in order. */
export class SayQueue {
  #waiters: Waiter[] = [];

  /** Number of queued lines. */
  get size(): number {
    return this.#waiters.length;
  }

  /** The rooms of the queued lines. */
  get rooms(): ReadonlySet<string> {
    return new Set(this.#waiters.map(({ room }) => room));
  }

  /**
   * Waits until the line's room is joined.
   *
   * @returns The parts to send now: none if all of them have arrived.
   * @throws {ClientError} `queue-full`, or the error passed to `refuse` or `end`.
   */
  async wait(line: WaitingLine): Promise<readonly string[]> {
    if (this.#waiters.length >= MAX_WAITING) {
      const text = line.texts.join(" ");
      throw new ClientError({ kind: "queue-full", waiting: MAX_WAITING, text });
    }
    const turn = Promise.withResolvers<readonly string[]>();
    this.#waiters.push({ ...line, turn });
    return await turn.promise;
  }

  /**
   * The room is joined. `heard` are our own lines in its history since the loss; without a history it is unknown
   * what has arrived, and unconfirmed lines fail.
   */
  ready(room: string, heard: readonly HeardLine[] | undefined): void {
    const unmatched = [...heard ?? []];
    for (const { unconfirmed, texts, action, turn } of this.#take(room)) {
      if (!unconfirmed) turn.resolve(texts);
      else if (heard === undefined) {
        turn.reject(new ClientError({ kind: "unconfirmed", text: texts.join(" ") }));
      } else turn.resolve(texts.filter((text) => !takeHeard(unmatched, { text, action })));
    }
  }

  /** The room cannot be joined: its lines fail. */
  refuse(room: string, error: ClientError): void {
    for (const { turn } of this.#take(room)) turn.reject(error);
  }

  /** All lines fail. */
  end(error: ClientError): void {
    for (const { turn } of this.#waiters.splice(0)) turn.reject(error);
  }

  #take(room: string): Waiter[] {
    const key = foldName(room);
    const taken = this.#waiters.filter((waiter) => foldName(waiter.room) === key);
    this.#waiters = this.#waiters.filter((waiter) => foldName(waiter.room) !== key);
    return taken;
  }
}

/** Removes the line from `heard`, if it contains it. Servers may trim lines. */
function takeHeard(heard: HeardLine[], { text, action }: HeardLine): boolean {
  const at = heard.findIndex((line) => line.action === action && line.text.trim() === text.trim());
  if (at >= 0) heard.splice(at, 1);
  return at >= 0;
}
