/**
 * What was said while there was no connection, or got lost with it: it waits for its room to be there again, and is not
 * said twice when the room's history shows that it had arrived.
 *
 * @module
 */
import { foldName } from "../irc/names.ts";
import { ClientError } from "./errors.ts";

/** Most lines that wait. */
export const MAX_WAITING = 100;

/** What became of a waiting line: say it now, or it has been heard already. */
export type SayTurn = "say" | "heard";

/** A line that waits. */
export interface WaitingLine {
  readonly room: string;
  readonly text: string;
  /** Whether it was sent before, and nobody knows whether it arrived. */
  readonly unconfirmed: boolean;
}

interface Waiter extends WaitingLine {
  readonly turn: PromiseWithResolvers<SayTurn>;
}

/** The lines that wait, in order. */
export class SayQueue {
  #waiters: Waiter[] = [];

  /** How many lines wait. */
  get size(): number {
    return this.#waiters.length;
  }

  /**
   * Waits until the line's room is there.
   *
   * @throws {ClientError} `queue-full`; or what is given to `refuse` or `end`.
   */
  async wait(line: WaitingLine): Promise<SayTurn> {
    if (this.#waiters.length >= MAX_WAITING) {
      throw new ClientError(
        "queue-full",
        `Not connected, and ${MAX_WAITING} lines wait already: "${line.text}" is not sent`,
      );
    }
    const turn = Promise.withResolvers<SayTurn>();
    this.#waiters.push({ ...line, turn });
    return await turn.promise;
  }

  /**
   * The room is there. `heard` are our own lines that its history has shown since the loss; without a history nobody
   * can tell what has arrived, and who waits to know hears that.
   */
  ready(room: string, heard: readonly string[] | undefined): void {
    const unmatched = [...heard ?? []];
    for (const { unconfirmed, text, turn } of this.#take(room)) {
      if (unconfirmed && heard === undefined) {
        turn.reject(new ClientError("disconnected", `May or may not have been said: "${text}"`));
        continue;
      }
      const at = unconfirmed ? unmatched.indexOf(text) : -1;
      if (at >= 0) unmatched.splice(at, 1);
      turn.resolve(at >= 0 ? "heard" : "say");
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
