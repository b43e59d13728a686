/**
 * A talk with the server that takes several turns, as signing in does: the lines of some commands,
 * one after the other, none lost between two looks.
 *
 * @module
 */
import type { Clock } from "../ground/clock.ts";
import { ClientError } from "./errors.ts";
import type { Incoming } from "./incoming.ts";

/** How long the server may think about its next line. */
export const TURN_TIMEOUT_MS = 20_000;
/** More unread lines than this are not kept. */
const MAX_UNREAD = 1_000;

/** An open talk. `using` ends it. */
export interface Conversation extends Disposable {
  /**
   * The next line that belongs to the talk.
   *
   * @throws {ClientError} `timeout`, or `disconnected`.
   */
  next(): Promise<Incoming>;
}

/** All open talks of one connection. */
export class Conversations {
  readonly #clock: Clock;
  readonly #open = new Set<Talk>();
  #ended: ClientError | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Begins a talk of the lines for which `belongs` says so. */
  begin(belongs: (line: Incoming) => boolean): Conversation {
    const talk = new Talk(this.#clock, belongs, () => this.#open.delete(talk));
    if (this.#ended) talk.end(this.#ended);
    else this.#open.add(talk);
    return talk;
  }

  /** Gives a line to every talk that wants it; whether there was one. */
  accept(line: Incoming): boolean {
    let wanted = false;
    for (const talk of this.#open) wanted = talk.accept(line) || wanted;
    return wanted;
  }

  /** The connection is over: every talk fails once its lines have been read. */
  end(error: ClientError): void {
    this.#ended = error;
    for (const talk of this.#open) talk.end(error);
  }
}

class Talk implements Conversation {
  readonly #clock: Clock;
  readonly #belongs: (line: Incoming) => boolean;
  readonly #finished: () => void;
  readonly #unread: Incoming[] = [];
  #ended: ClientError | undefined;
  #wake: (() => void) | undefined;

  constructor(clock: Clock, belongs: (line: Incoming) => boolean, finished: () => void) {
    this.#clock = clock;
    this.#belongs = belongs;
    this.#finished = finished;
  }

  accept(line: Incoming): boolean {
    if (!this.#belongs(line)) return false;
    if (this.#unread.length < MAX_UNREAD) this.#unread.push(line);
    this.#wake?.();
    return true;
  }

  end(error: ClientError): void {
    this.#ended = error;
    this.#wake?.();
  }

  async next(): Promise<Incoming> {
    if (this.#unread.length === 0 && !this.#ended) await this.#wait();
    const line = this.#unread.shift();
    if (line !== undefined) return line;
    throw this.#ended ?? new ClientError({ kind: "no-answer", command: undefined });
  }

  async #wait(): Promise<void> {
    const woken = new AbortController();
    this.#wake = () => woken.abort();
    await this.#clock.sleep(TURN_TIMEOUT_MS, woken.signal).catch(() => {}); // woken: something came
    this.#wake = undefined;
  }

  [Symbol.dispose](): void {
    this.#finished();
  }
}
