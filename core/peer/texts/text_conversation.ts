/**
 * The text links with one account, and the messages over them in order.
 *
 * @module
 */
import type { Clock } from "../../ground/clock.ts";
import { LruMap } from "../../ground/lru_map.ts";
import { takeToken, TokenBucket, type TokenBucketOptions } from "../../net/token_bucket.ts";
import { PeerError } from "../links/errors.ts";
import type { MessageLine, TextLink } from "./text_link.ts";

/** Number of received ids that are remembered for each account, to detect repeated messages. */
const MAX_SEEN_IDS = 4_096;

/** Rate limit for messages between two people, the same as on the server, for reading and writing. */
export const TEXT_RATE: TokenBucketOptions = { burst: 100, perSecond: 20 };

/**
 * All text links with one account. There are two if both sides call at the same moment: then each side sends on the newer
 * one it knows, and reads from both.
 */
export class TextConversation {
  /** Rate limit for incoming lines. */
  readonly incoming = new TokenBucket(TEXT_RATE);
  readonly #outgoing = new TokenBucket(TEXT_RATE);
  readonly #clock: Clock;
  readonly #closing = new AbortController();
  /** Open links, newest last. */
  readonly #links: TextLink[] = [];
  readonly #seen = new LruMap<string, true>(MAX_SEEN_IDS);
  #current: TextLink | undefined;
  #arrived = Promise.withResolvers<TextLink>();
  #turn: Promise<unknown> = Promise.resolve();
  #opening: Promise<TextLink> | undefined;
  #sendCount = 0;
  /** The last message that waited for a link that could not be opened, and the error. */
  #failed: { readonly upTo: number; readonly error: unknown } = { upTo: 0, error: undefined };

  /** Has no links yet. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether no link is open and none is being opened. */
  get isQuiet(): boolean {
    return this.#links.length === 0 && this.#opening === undefined;
  }

  /** The newest link that carries notes. */
  get linkForNotes(): TextLink | undefined {
    return this.#links.findLast((link) => link.isOpen && link.carriesNotes);
  }

  /** Opens a link if there is none. */
  async openIfNone(open: () => Promise<TextLink>): Promise<void> {
    if (!this.#links.some((link) => link.isOpen)) await this.#openOrArrive(open);
  }

  /** Whether this id was not received before. */
  isNew(id: string): boolean {
    if (this.#seen.has(id)) return false;
    this.#seen.remember(id, true);
    return true;
  }

  /** Adds a link that was just opened by either side. */
  add(link: TextLink): void {
    // No side opens a second link while its first one works: the older one has failed, unnoticed by this side.
    for (const older of this.#links) if (older.caller === link.caller) older.retire();
    this.#links.push(link);
    this.#arrived.resolve(link);
    this.#arrived = Promise.withResolvers();
  }

  /** Removes a link that has ended. */
  remove(link: TextLink): void {
    const at = this.#links.indexOf(link);
    if (at >= 0) this.#links.splice(at, 1);
  }

  /** Closes all links; pending messages are rejected. */
  close(): void {
    this.#closing.abort(new PeerError({ kind: "text-links-closed" }));
    for (const link of [...this.#links]) link.close();
  }

  /**
   * Sends a message after all earlier ones; resolves when the other client has received it.
   *
   * @param open Opens a link if there is none.
   * @throws {PeerError} @throws {RangeError} As {@linkcode TextLink.send}, and what `open` throws.
   */
  async send(message: MessageLine, open: () => Promise<TextLink>): Promise<void> {
    const number = ++this.#sendCount;
    const sent = this.#turn.then(async () => {
      if (number <= this.#failed.upTo) throw this.#failed.error;
      await takeToken(this.#outgoing, this.#clock, this.#closing.signal);
      let link = await this.#pick(open);
      while (!link.isOpen) link = await this.#pick(open);
      return { receipt: link.send(message) };
    });
    this.#turn = sent.then(({ receipt }) => void receipt.catch(() => {}), () => {}); // thrown below
    await (await sent).receipt;
  }

  /** The link for the next message. Changes only when no message is pending on the current one. */
  async #pick(open: () => Promise<TextLink>): Promise<TextLink> {
    const newest = this.#links.findLast((link) => link.isOpen);
    if (newest === undefined || newest !== this.#current) await this.#current?.settled();
    this.#current = newest ?? await this.#openOrArrive(open);
    return this.#current;
  }

  async #openOrArrive(open: () => Promise<TextLink>): Promise<TextLink> {
    this.#opening ??= open().finally(() => this.#opening = undefined);
    try {
      return await Promise.race([this.#opening, this.#arrived.promise]);
    } catch (error) {
      this.#failed = { upTo: this.#sendCount, error };
      throw error;
    }
  }
}
