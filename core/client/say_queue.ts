/**
 * What was said while there was no connection, or got lost with it: it waits for its room to be there again, and is not
 * said twice when the room's history shows that it had arrived.
 *
 * @module
 */
import { foldName } from "../ground/names.ts";
import { ClientError } from "./errors.ts";

/** Most lines that wait. */
export const MAX_WAITING = 100;

/** Something of ours that a room's history has shown. */
export interface HeardLine {
  readonly text: string;
  /** Said as `/me`. */
  readonly action: boolean;
}

/** What waits to be said in a room. */
export interface WaitingLine {
  readonly room: string;
  /** Its parts, each of which arrives by itself; as they are read by others, once they were sent. */
  readonly texts: readonly string[];
  /** Said as `/me`. */
  readonly action: boolean;
  /** Whether it was sent before, and nobody knows whether it arrived. */
  readonly unconfirmed: boolean;
}

interface Waiter extends WaitingLine {
  /** Gives the parts that are to be said. */
  readonly turn: PromiseWithResolvers<readonly string[]>;
}

/** The lines that wait, in order. */
export class SayQueue {
  #waiters: Waiter[] = [];

  /** How many lines wait. */
  get size(): number {
    return this.#waiters.length;
  }

  /** The rooms that lines wait for. */
  get rooms(): ReadonlySet<string> {
    return new Set(this.#waiters.map(({ room }) => room));
  }

  /**
   * Waits until the line's room is there.
   *
   * @returns The parts that are to be said now: none when all of them have been heard.
   * @throws {ClientError} `queue-full`; or what is given to `refuse` or `end`.
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
   * The room is there. `heard` are our own lines that its history has shown since the loss; without a history nobody
   * can tell what has arrived, and who waits to know hears that.
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

  /** The room will not be there: its lines fail. */
  refuse(room: string, error: ClientError): void {
    for (const { turn } of this.#take(room)) turn.reject(error);
  }

  /** No room will be there. */
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

/** Takes out of `heard` what was said, if it is there. Servers may cut spaces off a line's ends. */
function takeHeard(heard: HeardLine[], { text, action }: HeardLine): boolean {
  const at = heard.findIndex((line) => line.action === action && line.text.trim() === text.trim());
  if (at >= 0) heard.splice(at, 1);
  return at >= 0;
}
