/**
 * What a session sends: into its outbox at once, or first into the answer to a command with a label.
 *
 * @module
 */
import { breathe } from "../../breathe.ts";
import type { Connection } from "../../net/connection.ts";
import { Outbox } from "../../net/outbox.ts";
import type { Turn } from "../turn.ts";
import { labelEach, labelled } from "./labels.ts";

/** So much of a long answer is sent at once; the rest when that is read. */
const POURED_BYTES = 64 * 1024;

/** With more than this waiting, the next answer is not begun. */
const CROWDED_BYTES = 256 * 1024;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** What a command with a label is answered, while it is written. */
export interface LabelledAnswer {
  readonly label: string;
  /** Each with its CR LF. */
  readonly lines: string[];
}

/** What {@linkcode Output} needs. */
export interface OutputOptions {
  readonly turn: Turn;
  /** The server's name. */
  readonly server: string;
  /** Something did not fit: told once, not while something is being sent. */
  readonly tooSlow: () => void;
}

/** The lines that go to one IRC connection. */
export class Output {
  #turn: Turn;
  #server: string;
  #tooSlow: () => void;
  #outbox: Outbox;
  /** What is sent meanwhile is its. */
  #answer: LabelledAnswer | undefined;
  /** Waits for the client to read. */
  #isPouring = false;
  /** How far it had read when it was looked at last, and since when. */
  #read: { readonly writes: number | undefined; readonly at: number } = {
    writes: undefined,
    at: 0,
  };
  #postponed: (() => void)[] = [];
  /** Nothing more is sent: it is over, or something did not fit. */
  #isOver = false;

  constructor(connection: Connection, { turn, server, tooSlow }: OutputOptions) {
    this.#turn = turn;
    this.#server = server;
    this.#tooSlow = tooSlow;
    this.#outbox = new Outbox(connection);
  }

  /** Bytes that wait to be sent. */
  get pendingBytes(): number {
    return this.#outbox.pendingBytes;
  }

  /** Sends finished lines, without the last CR LF. */
  line(line: string): void {
    if (this.#answer) this.#answer.lines.push(`${line}\r\n`);
    else if (!this.#isOver) this.#sent(this.#outbox.offerText(`${line}\r\n`));
  }

  /** Sends encoded lines, each with its CR LF. */
  bytes(bytes: Uint8Array): void {
    if (this.#answer) this.#answer.lines.push(decoder.decode(bytes));
    else if (!this.#isOver) this.#sent(this.#outbox.offer(bytes));
  }

  /** As {@linkcode Output.bytes}, for what answers no command, though one may run. */
  aside(bytes: Uint8Array): void {
    if (!this.#isOver) this.#sent(this.#outbox.offer(bytes));
  }

  /** From now on until {@linkcode Output.endAnswer}, what is sent answers a command with this label. */
  beginAnswer(label: string): void {
    this.#answer = { label, lines: [] };
  }

  /** Sends the answer that was begun, if one was and it was not put off. */
  endAnswer(): void {
    const answer = this.postponeAnswer();
    if (!answer) return;
    const about = { label: answer.label, server: this.#server };
    for (const line of labelled(answer.lines.join(""), about)) this.line(line);
  }

  /** Takes the answer that was begun away, for {@linkcode Output.answerLate}. */
  postponeAnswer(): LabelledAnswer | undefined {
    const answer = this.#answer;
    this.#answer = undefined;
    return answer;
  }

  /** What `act` sends ends an answer that was put off. Without one, it belongs to the command that runs. */
  answerLate(answer: LabelledAnswer | undefined, act: () => void): void {
    if (!answer) return act();
    const current = this.#answer;
    this.#answer = answer;
    act();
    this.endAnswer();
    this.#answer = current;
  }

  /** Forgets the answer that was begun: the command broke. */
  dropAnswer(): void {
    this.#answer = undefined;
  }

  /** Sends the lines of a long answer as they are read, so that none of it waits in memory. */
  async pour(lines: Iterable<string>, answer: LabelledAnswer | undefined): Promise<void> {
    const about = answer && { label: answer.label, server: this.#server };
    this.#isPouring = true;
    try {
      for (const line of about ? labelEach(lines, about) : lines) {
        if (this.#isOver) return;
        this.#sent(this.#outbox.offerText(`${line}\r\n`));
        if (this.#outbox.pendingBytes > POURED_BYTES) await this.#outbox.drained();
        else await breathe();
      }
    } finally {
      this.#isPouring = false;
    }
  }

  /** Settles when there is room for another answer; `undefined` when there is. */
  room(): Promise<void> | undefined {
    if (this.#isOver || this.pendingBytes <= CROWDED_BYTES) return undefined;
    this.#isPouring = true;
    return this.#outbox.drained().finally(() => this.#isPouring = false);
  }

  /** Does what sends part of an answer: at once where there is room, else by {@linkcode Output.catchUp}, in order. */
  whenRoom(act: () => void): void {
    if (this.#postponed.length === 0 && this.pendingBytes <= CROWDED_BYTES) act();
    else this.#postponed.push(act);
  }

  /** Does what was put off for want of room, as the client reads; `undefined` when nothing was. */
  catchUp(): Promise<void> | undefined {
    return this.#postponed.length === 0 ? undefined : this.#catchUp();
  }

  async #catchUp(): Promise<void> {
    for (let act = this.#postponed.shift(); act; act = this.#postponed.shift()) {
      await this.room();
      if (this.#isOver) return;
      act();
      await breathe();
    }
  }

  /** Whether the client is waited for, and has read nothing for longer than that; to be asked now and then. */
  isStuck(now: number, { withinMs }: { readonly withinMs: number }): boolean {
    const writes = this.#isPouring ? this.#outbox.writes : undefined;
    if (writes === undefined || writes !== this.#read.writes) this.#read = { writes, at: now };
    return now - this.#read.at > withinMs;
  }

  /** Sends a last line after what is pending, and closes the connection. */
  end(last: string): void {
    this.#answer = undefined;
    this.#isOver = true;
    this.#outbox.end(encoder.encode(`${last}\r\n`));
  }

  #sent(fits: boolean): void {
    if (fits) return this.#turn.add(this.#outbox);
    this.#isOver = true;
    // Not at once: the hub may be telling everybody something, and must not be called back meanwhile.
    queueMicrotask(this.#tooSlow);
  }
}
