/**
 * One text link: every message is acknowledged, silence is noticed, and the end is orderly.
 *
 * @module
 */
import type { Clock } from "../clock.ts";
import { takeToken, type TokenBucket } from "../net/token_bucket.ts";
import { PeerError, ProtocolError } from "./errors.ts";
import { writeAll } from "./json_lines.ts";
import type { PeerLink } from "./link.ts";
import { messageOf } from "./sockets.ts";
import { formatTextLine, parseTextLine, type TextLine } from "./text_line.ts";

/** The waits of a text link, in milliseconds. */
export interface TextTimes {
  /** After so much silence of the other side it is asked for a sign of life. */
  readonly pingMs: number;
  /** How long an answer (a pong, a receipt, the end after a bye) may take. */
  readonly answerMs: number;
  /** After so long without a message the link is closed. */
  readonly idleMs: number;
}

/** What is used unless said otherwise. */
export const TEXT_TIMES: TextTimes = { pingMs: 30_000, answerMs: 15_000, idleMs: 15 * 60_000 };

/** A message as a line carries it. */
export type MessageLine = Extract<TextLine, { text: string }>;
/** A note as a line carries it. */
export type NoteLine = Extract<TextLine, { note: string }>;

/** What a text link needs. */
export interface TextLinkOptions {
  /** What measures the waits. */
  readonly clock: Clock;
  /** How long they are. */
  readonly times: TextTimes;
  /** How fast lines are read, over all links of the account: TCP slows the sender down, nothing is lost. */
  readonly allowance: TokenBucket;
  /** Whether the link is kept though nobody uses it: what else goes on with the account may need it. */
  readonly isNeeded: () => boolean;
  /** Takes a message; afterwards it is acknowledged. */
  readonly receive: (message: MessageLine) => void;
  /** Takes a note; afterwards it is acknowledged. */
  readonly receiveNote: (note: NoteLine) => void;
}

interface Pending {
  readonly sentMs: number;
  settle(error?: PeerError): void;
}

/** A link for text. {@linkcode TextLink.run} has to run for anything to happen. */
export class TextLink {
  readonly #link: PeerLink;
  readonly #options: TextLinkOptions;
  readonly #pending = new Map<string, Pending>();
  readonly #whenSettled: (() => void)[] = [];
  readonly #end = new AbortController();
  #writing: Promise<void> = Promise.resolve();
  #heardMs: number;
  #usedMs: number;
  #byeMs: number | undefined;
  #isLeaving = false;

  /** Reads nothing yet. */
  constructor(link: PeerLink, options: TextLinkOptions) {
    this.#link = link;
    this.#options = options;
    this.#heardMs = this.#usedMs = options.clock.now();
  }

  /** Whether new messages may go this way. */
  get isOpen(): boolean {
    return !this.#end.signal.aborted && !this.#isLeaving && this.#byeMs === undefined;
  }

  /** Whether the other side takes notes here. */
  get carriesNotes(): boolean {
    return this.#link.minor >= 1;
  }

  /** Whether this side opened it. */
  get caller(): boolean {
    return this.#link.caller;
  }

  /** Resolves when nothing sent here waits for its receipt any more. */
  async settled(): Promise<void> {
    while (this.#pending.size > 0) {
      await new Promise<void>((resolve) => this.#whenSettled.push(resolve));
    }
  }

  /**
   * Sends a message or a note; resolves when the other side has it.
   *
   * @throws {PeerError} `closed`: the link died first. Sending it again, with the same id, is safe.
   * @throws {RangeError} When the message is too long, or one with that id is under way.
   */
  async send(message: MessageLine | NoteLine): Promise<void> {
    const bytes = formatTextLine(message);
    const { id } = message;
    if (this.#pending.has(id)) throw new RangeError(`A message with the id ${id} is under way`);
    this.#end.signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#usedMs = this.#options.clock.now();
    this.#pending.set(id, {
      sentMs: this.#usedMs,
      settle: (error) => error === undefined ? resolve() : reject(error),
    });
    this.#write(bytes).catch((error) => this.#stop(messageOf(error)));
    await promise;
  }

  /** Asks the other side to close the link once everything is said. */
  retire(): void {
    if (!this.isOpen) return;
    this.#byeMs = this.#options.clock.now();
    this.#write(formatTextLine({ bye: true })).catch((error) => this.#stop(messageOf(error)));
  }

  /** Reads until the link ends, for whatever reason; then nothing of it is left. */
  async run(): Promise<void> {
    const { clock } = this.#options;
    const watching = this.#watch();
    try {
      while (!this.#end.signal.aborted) {
        const line = await this.#link.reader.readLine();
        if (line === null) break;
        this.#heardMs = clock.now();
        const parsed = parseTextLine(line);
        // What answers a message of ours comes as often as we write.
        const isAnswer = "ack" in parsed && this.#pending.has(parsed.ack);
        if (!isAnswer) await takeToken(this.#options.allowance, clock, this.#end.signal);
        await this.#take(parsed);
      }
      this.#stop("the other side closed it");
    } catch (error) {
      this.#stop(messageOf(error));
    }
    await watching;
    await this.#writing.catch(() => {}); // whoever wrote has been told
  }

  /** Ends the link at once. */
  close(): void {
    this.#stop("it was closed here");
  }

  async #take(line: TextLine): Promise<void> {
    if ("text" in line) {
      this.#usedMs = this.#heardMs;
      this.#options.receive(line);
      await this.#write(formatTextLine({ ack: line.id }));
    } else if ("note" in line) {
      if (!this.carriesNotes) {
        throw new ProtocolError("bad-shape", "A note on a link without notes");
      }
      this.#options.receiveNote(line);
      await this.#write(formatTextLine({ ack: line.id }));
    } else if ("ping" in line) {
      await this.#write(formatTextLine({ pong: line.ping }));
    } else if ("ack" in line) {
      this.#pending.get(line.ack)?.settle();
      this.#pending.delete(line.ack);
      this.#tellSettled();
    } else if ("bye" in line) {
      this.#isLeaving = true;
      this.#tellSettled();
    }
  }

  #tellSettled(): void {
    if (this.#pending.size > 0) return;
    for (const resolve of this.#whenSettled.splice(0)) resolve();
    if (this.#isLeaving) this.#stop("the other side said bye");
  }

  /** One write at a time; a line is never cut into by another. */
  #write(bytes: Uint8Array): Promise<void> {
    this.#writing = this.#writing.then(() => writeAll(this.#link.conn, bytes));
    this.#writing.catch(() => {}); // whoever asked for this write is told; the chain is not
    return this.#writing;
  }

  /** Pings in silence, and ends the link when an answer is overdue or nobody uses it. */
  async #watch(): Promise<void> {
    const { clock, times: { pingMs, answerMs, idleMs } } = this.#options;
    const { signal } = this.#end;
    let pingedMs: number | undefined;
    try {
      while (true) {
        await clock.sleep(Math.min(pingMs, answerMs), signal);
        const nowMs = clock.now();
        if (pingedMs !== undefined && this.#heardMs >= pingedMs) pingedMs = undefined;
        const oldest = this.#pending.values().next().value?.sentMs;
        const overdueMs = [pingedMs, oldest, this.#byeMs]
          .some((sinceMs) => sinceMs !== undefined && nowMs - sinceMs >= answerMs);
        if (overdueMs) return this.#stop("the other side does not answer");
        if (nowMs - this.#usedMs >= idleMs && !this.#options.isNeeded()) this.retire();
        if (pingedMs === undefined && nowMs - this.#heardMs >= pingMs) {
          pingedMs = nowMs;
          this.#write(formatTextLine({ ping: Math.round(nowMs) }))
            .catch((error) => this.#stop(messageOf(error)));
        }
      }
    } catch {
      // The link has ended, and with it the watch.
    }
  }

  #stop(reason: string): void {
    if (this.#end.signal.aborted) return;
    const error = new PeerError("closed", `The link to ${this.#link.account} ended: ${reason}`);
    this.#end.abort(error);
    for (const { settle } of this.#pending.values()) settle(error);
    this.#pending.clear();
    this.#tellSettled();
    void this.#link[Symbol.asyncDispose]();
  }
}
