/**
 * The text links with one account, and the messages that go over them in order.
 *
 * @module
 */
import type { Clock } from "../../ground/clock.ts";
import { LruMap } from "../../ground/lru_map.ts";
import { takeToken, TokenBucket, type TokenBucketOptions } from "../../net/token_bucket.ts";
import { PeerError } from "../links/errors.ts";
import type { MessageLine, TextLink } from "./text_link.ts";

/** How many received ids are remembered of each account, to know a message that comes again. */
const MAX_SEEN_IDS = 4_096;

/** How fast one person may write to another, as on the server: a client reads no faster and writes no faster. */
export const TEXT_RATE: TokenBucketOptions = { burst: 100, perSecond: 20 };

/**
 * All links with one account. Two at once happen when both sides call at the same moment: then each
 * side speaks on the newer one it knows and listens on both.
 */
export class TextConversation {
  /** How fast what comes is read. */
  readonly incoming = new TokenBucket(TEXT_RATE);
  readonly #outgoing = new TokenBucket(TEXT_RATE);
  readonly #clock: Clock;
  readonly #closing = new AbortController();
  /** The newest comes last. */
  readonly #links: TextLink[] = [];
  readonly #seen = new LruMap<string, true>(MAX_SEEN_IDS);
  #current: TextLink | undefined;
  #arrived = Promise.withResolvers<TextLink>();
  #turn: Promise<unknown> = Promise.resolve();
  #opening: Promise<TextLink> | undefined;
  #sendCount = 0;
  /** The messages up to that one waited for a link that could not be opened. */
  #failed: { readonly upTo: number; readonly error: unknown } = { upTo: 0, error: undefined };

  /** No link is open. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether no link is open or being opened. */
  get isQuiet(): boolean {
    return this.#links.length === 0 && this.#opening === undefined;
  }

  /** The newest link that a note can go over. */
  get linkForNotes(): TextLink | undefined {
    return this.#links.findLast((link) => link.isOpen && link.carriesNotes);
  }

  /** Opens a link, unless there is one. */
  async openIfNone(open: () => Promise<TextLink>): Promise<void> {
    if (!this.#links.some((link) => link.isOpen)) await this.#openOrArrive(open);
  }

  /** Whether this id comes for the first time. */
  isNew(id: string): boolean {
    if (this.#seen.has(id)) return false;
    this.#seen.remember(id, true);
    return true;
  }

  /** Adds a link that has just been opened, by either side. */
  add(link: TextLink): void {
    // No side opens a second link while the first one works: it died, and this side does not know yet.
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

  /** Closes every link; messages on their way are rejected. */
  close(): void {
    this.#closing.abort(new PeerError({ kind: "text-links-closed" }));
    for (const link of [...this.#links]) link.close();
  }

  /**
   * Sends a message after those that were sent before; resolves when the other client has it.
   *
   * @param open Opens a link where there is none.
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

  /** The link for the next message. It changes only when nothing is under way on the last one. */
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
