/**
 * One text link: acknowledges messages, detects silence, and closes in order.
 *
 * @module
 */
import type { Clock } from "../../ground/clock.ts";
import { messageOf } from "../../ground/message_of.ts";
import { takeToken, type TokenBucket } from "../../net/token_bucket.ts";
import { PeerError, ProtocolError, type TextLinkEnd } from "../links/errors.ts";
import { writeAll } from "../links/json_lines.ts";
import type { PeerLink } from "../links/link.ts";
import { formatTextLine, parseTextLine, type TextLine } from "./text_line.ts";
import {
  openTextLink,
  stepTextLink,
  type TextLinkInput,
  type TextLinkState,
  type TextTimes,
} from "./text_link_state.ts";

/** The line of a message. */
export type MessageLine = Extract<TextLine, { text: string }>;
/** The line of a note. */
export type NoteLine = Extract<TextLine, { note: string }>;

/** Receives messages and notes of a text link. */
export interface TextLinkOwner {
  /** Whether the link is kept while idle, because something else with the account may need it. */
  isNeeded(): boolean;
  /** Receives a message, which is acknowledged afterwards. */
  receive(message: MessageLine): void;
  /** Receives a note, which is acknowledged afterwards. */
  receiveNote(note: NoteLine): void;
}

/** Options for a {@linkcode TextLink}. */
export interface TextLinkOptions {
  /** Clock for the timeouts. */
  readonly clock: Clock;
  /** The timeouts. */
  readonly times: TextTimes;
  /** Rate limit for reading lines, over all links of the account: TCP slows the sender down, and nothing is lost. */
  readonly allowance: TokenBucket;
  /** Receives messages and notes. */
  readonly owner: TextLinkOwner;
}

interface Pending {
  readonly sentMs: number;
  settle(error?: PeerError): void;
}

/** A text link. It does nothing before {@linkcode TextLink.run}. */
export class TextLink {
  readonly #link: PeerLink;
  readonly #options: TextLinkOptions;
  readonly #pending = new Map<string, Pending>();
  readonly #whenSettled: (() => void)[] = [];
  readonly #end = new AbortController();
  #writing: Promise<void> = Promise.resolve();
  #state: TextLinkState;

  /** Reads nothing yet. */
  constructor(link: PeerLink, options: TextLinkOptions) {
    this.#link = link;
    this.#options = options;
    this.#state = openTextLink(options.clock.now());
  }

  /** Whether new messages may be sent. */
  get isOpen(): boolean {
    return this.#state.at === "open";
  }

  /** Whether the other side accepts notes. */
  get carriesNotes(): boolean {
    return this.#link.minor >= 1;
  }

  /** Whether this side opened it. */
  get caller(): boolean {
    return this.#link.caller;
  }

  /** Resolves when nothing waits for its receipt any more. */
  async settled(): Promise<void> {
    while (this.#pending.size > 0) {
      await new Promise<void>((resolve) => this.#whenSettled.push(resolve));
    }
  }

  /**
   * Sends a message or a note; resolves when the other side has received it.
   *
   * @throws {PeerError} `closed`: the link failed first. Sending it again with the same id is safe.
   * @throws {RangeError} When the message is too long, or one with that id is pending.
   */
  async send(message: MessageLine | NoteLine): Promise<void> {
    const bytes = formatTextLine(message);
    const { id } = message;
    if (this.#pending.has(id)) throw new RangeError(`A message with the id ${id} is under way`);
    this.#end.signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const sentMs = this.#options.clock.now();
    this.#pending.set(id, {
      sentMs,
      settle: (error) => error === undefined ? resolve() : reject(error),
    });
    this.#step({ kind: "sent", nowMs: sentMs });
    this.#tryWrite(bytes);
    await promise;
  }

  /** Asks the other side to close the link once it has sent everything. */
  retire(): void {
    this.#step({ kind: "retire", nowMs: this.#options.clock.now() });
  }

  /** Reads until the link ends for any reason; then closes it and rejects pending messages. */
  async run(): Promise<void> {
    const { clock, allowance } = this.#options;
    const watching = this.#watch();
    try {
      while (this.#state.at !== "closed") {
        const text = await this.#link.reader.readLine();
        if (text === null) break;
        const nowMs = clock.now();
        const line = parseTextLine(text);
        this.#step({ kind: "heard", nowMs, used: "text" in line });
        // Receipts for our messages are not limited: their number depends on us.
        const isAnswer = "ack" in line && this.#pending.has(line.ack);
        if (!isAnswer) await takeToken(allowance, clock, this.#end.signal);
        await this.#take(line);
      }
      this.#close({ kind: "closed-there" });
    } catch (error) {
      this.#fail(error);
    }
    await watching;
    await this.#writing.catch(() => {}); // the caller of the write receives the error
  }

  /** Closes the link at once. */
  close(): void {
    this.#close({ kind: "closed-here" });
  }

  async #take(line: TextLine): Promise<void> {
    if ("text" in line) {
      this.#options.owner.receive(line);
      await this.#write(formatTextLine({ ack: line.id }));
    } else if ("note" in line) {
      if (!this.carriesNotes) {
        throw new ProtocolError("bad-shape", "A note on a link without notes");
      }
      this.#options.owner.receiveNote(line);
      await this.#write(formatTextLine({ ack: line.id }));
    } else if ("ping" in line) {
      await this.#write(formatTextLine({ pong: line.ping }));
    } else if ("ack" in line) {
      this.#pending.get(line.ack)?.settle();
      this.#pending.delete(line.ack);
      this.#checkSettled();
    } else if ("bye" in line) {
      this.#step({ kind: "bye" });
      this.#checkSettled();
    }
  }

  #checkSettled(): void {
    if (this.#pending.size > 0) return;
    for (const resolve of this.#whenSettled.splice(0)) resolve();
    this.#step({ kind: "settled" });
  }

  #step(input: TextLinkInput): void {
    const { state, effects } = stepTextLink(this.#state, input, this.#options.times);
    this.#state = state;
    for (const effect of effects) {
      if (effect === "say-bye") this.#tryWrite(formatTextLine({ bye: true }));
      if (effect === "ping") {
        this.#tryWrite(formatTextLine({ ping: Math.round(this.#options.clock.now()) }));
      }
    }
    if (state.at === "closed" && !this.#end.signal.aborted) this.#tearDown(state.end);
  }

  #close(end: TextLinkEnd): void {
    this.#step({ kind: "close", end });
  }

  #fail(error: unknown): void {
    this.#close({ kind: "failed", message: messageOf(error) });
  }

  #tearDown(end: TextLinkEnd): void {
    const { account } = this.#link;
    const error = new PeerError({ kind: "link-ended", account, end });
    this.#end.abort(error);
    for (const { settle } of this.#pending.values()) settle(error);
    this.#pending.clear();
    this.#checkSettled();
    void this.#link[Symbol.asyncDispose]();
  }

  /** Writes; closes the link on failure. */
  #tryWrite(bytes: Uint8Array): void {
    this.#write(bytes).catch((error) => this.#fail(error));
  }

  /** Writes one line at a time, so that lines never mix. */
  #write(bytes: Uint8Array): Promise<void> {
    this.#writing = this.#writing.then(() => writeAll(this.#link.conn, bytes));
    this.#writing.catch(() => {}); // the caller of this write receives the error; later writes continue
    return this.#writing;
  }

  /** Checks the link regularly: see the `tick` of {@linkcode stepTextLink}. */
  async #watch(): Promise<void> {
    const { clock, owner, times: { pingMs, answerMs } } = this.#options;
    try {
      while (true) {
        await clock.sleep(Math.min(pingMs, answerMs), this.#end.signal);
        const [oldest] = this.#pending.values();
        const oldestMs = oldest?.sentMs;
        this.#step({ kind: "tick", nowMs: clock.now(), oldestMs, isNeeded: owner.isNeeded() });
      }
    } catch {
      // The link has ended.
    }
  }
}
