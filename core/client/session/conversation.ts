/**
 * An exchange of several turns with the server, such as signing in: receives the lines of some commands in order and
 * loses none between two calls of `next`.
 *
 * @module
 */
import type { Clock } from "../../ground/clock.ts";
import { ClientError } from "../events/errors.ts";
import type { Incoming } from "./incoming.ts";

/** How long to wait for the server's next line. */
const TURN_TIMEOUT_MS = 20_000;
/** Most unread lines that are kept. */
const MAX_UNREAD = 1_000;

/** An open conversation. `using` ends it. */
export interface Conversation extends Disposable {
  /**
   * The next line of the conversation.
   *
   * @throws {ClientError} `timeout`, or `disconnected`.
   */
  next(): Promise<Incoming>;
}

/** All open conversations of one connection. */
export class Conversations {
  readonly #clock: Clock;
  readonly #open = new Set<Talk>();
  #ended: ClientError | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Begins a conversation of the lines for which `belongs` is true. */
  begin(belongs: (line: Incoming) => boolean): Conversation {
    const talk = new Talk(this.#clock, belongs, () => this.#open.delete(talk));
    if (this.#ended) talk.end(this.#ended);
    else this.#open.add(talk);
    return talk;
  }

  /** Passes a line to every conversation it belongs to. Returns whether there is one. */
  accept(line: Incoming): boolean {
    let wanted = false;
    for (const talk of this.#open) wanted = talk.accept(line) || wanted;
    return wanted;
  }

  /** The connection is closed: each conversation fails once its lines have been read. */
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
