/**
 * Lines to one client: sent at once, or collected for the answer to a command with a label.
 *
 * @module
 */
import { breathe } from "../../../../ground/breathe.ts";
import type { MaybePromise } from "../../../../ground/maybe_promise.ts";
import { type Delivery, FLOWING, isStalled, stepDelivery } from "../../../../net/delivery.ts";
import type { LineConnection } from "../../../../net/line_connection.ts";
import { labelEach, labelled } from "./labels.ts";

/** Bytes of a long answer that are sent at once; the rest follows when they are read. */
const POURED_BYTES = 64 * 1024;

/** Most waiting bytes with which the next answer is started. */
const CROWDED_BYTES = 256 * 1024;

const decoder = new TextDecoder();

/** The answer to a command with a label, while it is collected. */
export interface LabelledAnswer {
  readonly label: string;
  /** Each with its CR LF. */
  readonly lines: string[];
}

/** Options for {@linkcode Output}. */
export interface OutputOptions {
  /** The server's name. */
  readonly server: string;
  /** Called once, when the queue overflows; not while something is being sent. */
  readonly tooSlow: () => void;
}

/** The output of one IRC connection. */
export class Output {
  #connection: LineConnection;
  #server: string;
  #tooSlow: () => void;
  /** The answer to which sent lines belong, if any. */
  #answer: LabelledAnswer | undefined;
  #delivery: Delivery = FLOWING;
  #postponed: (() => MaybePromise<void>)[] = [];

  constructor(connection: LineConnection, { server, tooSlow }: OutputOptions) {
    this.#connection = connection;
    this.#server = server;
    this.#tooSlow = tooSlow;
  }

  /** Number of bytes waiting to be sent. */
  get pendingBytes(): number {
    return this.#connection.pendingBytes;
  }

  /** Sends finished lines, without the last CR LF. */
  line(line: string): void {
    if (this.#answer) this.#answer.lines.push(`${line}\r\n`);
    else if (this.#delivery.at !== "over") this.#sent(this.#connection.offerText(`${line}\r\n`));
  }

  /** Sends encoded lines, each with its CR LF. */
  bytes(bytes: Uint8Array): void {
    if (this.#answer) this.#answer.lines.push(decoder.decode(bytes));
    else if (this.#delivery.at !== "over") this.#sent(this.#connection.offer(bytes));
  }

  /** As {@linkcode Output.bytes}, for lines that are not part of an answer even while a command runs. */
  aside(bytes: Uint8Array): void {
    if (this.#delivery.at !== "over") this.#sent(this.#connection.offer(bytes));
  }

  /** Starts the answer to a command with this label: all lines until {@linkcode Output.endAnswer}. */
  beginAnswer(label: string): void {
    this.#answer = { label, lines: [] };
  }

  /** Sends the current answer, if there is one that was not postponed. */
  endAnswer(): void {
    const answer = this.postponeAnswer();
    if (!answer) return;
    const about = { label: answer.label, server: this.#server };
    for (const line of labelled(answer.lines.join(""), about)) this.line(line);
  }

  /** Postpones the current answer, for {@linkcode Output.resumeAnswer} or {@linkcode Output.answerLate}. */
  postponeAnswer(): LabelledAnswer | undefined {
    const answer = this.#answer;
    this.#answer = undefined;
    return answer;
  }

  /** Continues an answer that was postponed. */
  resumeAnswer(answer: LabelledAnswer | undefined): void {
    this.#answer = answer;
  }

  /** Completes a postponed answer with the lines sent by `act`; without one, they belong to the running command. */
  answerLate(answer: LabelledAnswer | undefined, act: () => void): void {
    if (!answer) return act();
    const current = this.#answer;
    this.#answer = answer;
    act();
    this.endAnswer();
    this.#answer = current;
  }

  /** Discards the current answer: the command failed. */
  dropAnswer(): void {
    this.#answer = undefined;
  }

  /** Sends the lines of a long answer as the client reads them, so that they do not wait in memory. */
  async pour(lines: Iterable<string>, answer: LabelledAnswer | undefined): Promise<void> {
    const about = answer && { label: answer.label, server: this.#server };
    this.#step("wait");
    try {
      for (const line of about ? labelEach(lines, about) : lines) {
        if (this.#delivery.at === "over") return;
        this.#sent(this.#connection.offerText(`${line}\r\n`));
        if (this.pendingBytes > POURED_BYTES) await this.#connection.drained();
        else await breathe();
      }
    } finally {
      this.#step("read");
    }
  }

  /** Settles when there is space for another answer; `undefined` if there is now. */
  room(): Promise<void> | undefined {
    if (this.#delivery.at === "over" || this.pendingBytes <= CROWDED_BYTES) return undefined;
    this.#step("wait");
    return this.#connection.drained().finally(() => this.#step("read"));
  }

  /**
   * Runs `act`, which sends part of an answer: at once if there is space, otherwise by {@linkcode Output.catchUp}, in order.
   * A slow `act` delays those after it.
   */
  whenRoom(act: () => MaybePromise<void>): void {
    if (this.#postponed.length > 0 || this.pendingBytes > CROWDED_BYTES) {
      return void this.#postponed.push(act);
    }
    const done = act();
    if (!(done instanceof Promise)) return;
    done.catch(() => {}); // catchUp() handles it
    this.#postponed.push(() => done);
  }

  /** Runs postponed work as the client reads; `undefined` if there is none. */
  catchUp(): Promise<void> | undefined {
    return this.#postponed.length === 0 ? undefined : this.#catchUp();
  }

  async #catchUp(): Promise<void> {
    for (let act = this.#postponed.shift(); act; act = this.#postponed.shift()) {
      await this.room();
      if (this.#delivery.at === "over") return;
      await act();
      await breathe();
    }
  }

  /** Whether output is waiting and the client has read nothing for `withinMs`. To be called periodically. */
  isStuck(nowMs: number, { withinMs }: { readonly withinMs: number }): boolean {
    const { writes } = this.#connection;
    this.#delivery = stepDelivery(this.#delivery, { kind: "look", writes, nowMs });
    return isStalled(this.#delivery, { nowMs, withinMs });
  }

  /** Sends a last line after pending output, and closes the connection. */
  end(last: string): void {
    this.#answer = undefined;
    this.#step("stop");
    this.#connection.end(`${last}\r\n`);
  }

  #sent(fits: boolean): void {
    if (fits) return;
    this.#step("stop");
    // Not at once: the hub may be delivering an event, and must not be called back meanwhile.
    queueMicrotask(this.#tooSlow);
  }

  #step(kind: "wait" | "read" | "stop"): void {
    this.#delivery = stepDelivery(this.#delivery, { kind });
  }
}
