/**
 * Private messages: over a direct link if possible, through the server if the other client
 * does not support links, and reported as delivered only when the other client has acknowledged them.
 *
 * @module
 */
import type { Clock } from "../../ground/clock.ts";
import { LruMap } from "../../ground/lru_map.ts";
import { foldName, isAccountName } from "../../ground/names.ts";
import { cleanSpeech } from "../../ground/text.ts";
import { formatMessage } from "../../irc/message.ts";
import { TokenBucket } from "../../net/token_bucket.ts";
import { PeerError } from "../../peer/mod.ts";
import type { PendingWork } from "../common/pending_work.ts";
import type { EventSink, OwnNames } from "../common/ports.ts";
import { ClientError } from "../events/errors.ts";
import type { PeerFailure } from "../events/problems.ts";
import { ACK_TAG } from "../rooms/inbox.ts";
import type { Spoken } from "../rooms/spoken.ts";
import { compose, type OutgoingText } from "../session/compose.ts";
import type { SessionSource } from "../session/session_source.ts";
import type { DirectLinks, DirectText, LinkSource } from "./direct_links.ts";
import { toPeerFailure } from "./peer_failure.ts";

/** How long the end of a session waits for an acknowledgement through the server. */
const ACK_WAIT_MS = 2_000;
/** Rate of our acknowledgements through the server, which accepts 20 lines a second: messages have priority. */
const ACKNOWLEDGEMENTS = { burst: 20, perSecond: 5 };
/** Most messages whose acknowledgement is awaited. */
const MAX_UNACKNOWLEDGED = 1_000;

/** Options for {@linkcode PrivateMessages}. */
export interface PrivateMessagesOptions {
  readonly clock: Clock;
  readonly events: EventSink;
  readonly sessions: SessionSource;
  readonly links: LinkSource;
  readonly own: Pick<OwnNames, "nick">;
  /** Work that the end of the client waits for. */
  readonly pending: Pick<PendingWork, "add">;
}

/** Sends private messages and reports on them. */
export class PrivateMessages {
  readonly #options: PrivateMessagesOptions;
  /** Accounts whose client has not answered a request for a link; asked again when they come online again. */
  readonly #withoutLinks = new Set<string>();
  /** Accounts whose client has had a link with us: the server must not be able to pretend that it has none. */
  readonly #withLinks = new Set<string>();
  readonly #acknowledgements = new TokenBucket(ACKNOWLEDGEMENTS);
  readonly #unacknowledged = new LruMap<string, { readonly to: string; done(): void }>(
    MAX_UNACKNOWLEDGED,
  );

  constructor(options: PrivateMessagesOptions) {
    this.#options = options;
  }

  /**
   * Sends a private message; resolves when it has been acknowledged, or accepted by the server
   * for a client that may never acknowledge it.
   *
   * @throws {ClientError} When it was not sent: `no-such-user`, `untrusted-peer`, `not-delivered`, ...
   */
  async send(utterance: OutgoingText): Promise<void> {
    const { to } = utterance;
    const links = this.#options.links.links;
    const reachable = links && isAccountName(to) &&
      foldName(to) !== foldName(this.#options.own.nick);
    if (reachable && !this.#withoutLinks.has(foldName(to))) {
      if (await this.#sendDirectly(links, utterance)) return;
      this.#withoutLinks.add(foldName(to));
    }
    await this.#sendThroughServer(utterance);
  }

  /** Somebody has come or left: their client may support links now. */
  forget(nick: string): void {
    this.#withoutLinks.delete(foldName(nick));
    this.#withLinks.delete(foldName(nick));
  }

  /** A message was received on a direct link; core/peer has cleaned it. */
  receivedDirectly(account: string, { id, text, action }: DirectText): void {
    this.#withLinks.add(foldName(account));
    this.#options.events.emit({
      event: "private",
      from: account,
      to: this.#options.own.nick,
      text,
      id,
      time: new Date().toISOString(),
      action,
      direct: true,
      own: false,
      replayed: false,
    });
  }

  /** A message went through the server: acknowledges it, or awaits the acknowledgement of our own. */
  throughServer({ message, account, serverId }: Extract<Spoken, { kind: "private" }>): void {
    if (serverId === undefined) return;
    if (message.own) return this.#awaitAck(message.to, serverId);
    const session = this.#options.sessions.session;
    if (account === undefined || !session?.capabilities.has("message-tags")) return;
    // A flood of messages must not cause a flood of acknowledgements.
    if (this.#acknowledgements.take(this.#options.clock.now()).state === "limited") return;
    const tags = { [ACK_TAG]: serverId };
    session.send(formatMessage({ tags, command: "TAGMSG", params: [message.from] }));
  }

  /** An account's client has acknowledged a message. */
  acknowledged(account: string, id: string): void {
    const waiting = this.#unacknowledged.get(id);
    if (waiting === undefined || foldName(waiting.to) !== foldName(account)) return;
    this.#unacknowledged.delete(id);
    waiting.done();
    this.#options.events.emit({ event: "delivered", to: waiting.to, id, direct: false });
  }

  /** Returns false if the other client does not support links. */
  async #sendDirectly(links: DirectLinks, { to, text, action }: OutgoingText): Promise<boolean> {
    const { events } = this.#options;
    const id = crypto.randomUUID();
    events.emit({ event: "sending", to, id });
    try {
      await sendOrRepeat(links, to, { id, text, action });
    } catch (error) {
      events.emit({ event: "unsent", to, id });
      if (error instanceof RangeError) {
        throw new ClientError({ kind: "too-long-for-link", message: error.message }, {
          cause: error,
        });
      }
      if (!(error instanceof PeerError)) throw error;
      if (error.cause instanceof ClientError) throw error.cause; // the request itself failed
      const failure = error.fault === "no-answer"
        ? await this.#whyNotThroughServer(links, to)
        : toPeerFailure(error, to);
      if (failure === undefined) return false;
      const untrusted = error.fault === "untrusted";
      throw new ClientError({ kind: "not-delivered", to, untrusted, failure }, { cause: error });
    }
    this.#withLinks.add(foldName(to));
    const time = new Date().toISOString();
    const said = { from: this.#options.own.nick, to, text: cleanSpeech(text), id, time, action };
    events.emit({ event: "private", ...said, direct: true, own: true, replayed: false });
    events.emit({ event: "delivered", to, id, direct: true });
    return true;
  }

  /** A server that wants to read messages could pretend that a client has no links. */
  async #whyNotThroughServer(links: DirectLinks, to: string): Promise<PeerFailure | undefined> {
    if (this.#withLinks.has(foldName(to))) return { kind: "stopped-answering" };
    return await links.isVerified(to) ? { kind: "verified-but-silent" } : undefined;
  }

  async #sendThroughServer(utterance: OutgoingText): Promise<void> {
    const session = this.#options.sessions.session;
    if (session === undefined) {
      throw new ClientError({ kind: "not-sent-to", to: utterance.to });
    }
    const phrases = compose(utterance, session.capabilities);
    await Promise.all(phrases.map(({ lines }) => session.request(...lines)));
    if (!session.capabilities.has("echo-message")) this.#echo(utterance);
  }

  /** Reports our own message, if the server does not echo it. */
  #echo({ to, text, action }: OutgoingText): void {
    this.#options.events.emit({
      event: "private",
      from: this.#options.own.nick,
      to,
      text,
      id: crypto.randomUUID(),
      time: new Date().toISOString(),
      action,
      direct: false,
      own: true,
      replayed: false,
    });
  }

  #awaitAck(to: string, id: string): void {
    const done = new AbortController();
    this.#unacknowledged.remember(id, { to, done: () => done.abort() });
    // After a timeout it is not awaited any more, but still reported if it arrives.
    this.#options.pending.add(this.#options.clock.sleep(ACK_WAIT_MS, done.signal).catch(() => {}));
  }
}

/** Opens a dead link again, once; the id lets the other client detect a duplicate. */
async function sendOrRepeat(links: DirectLinks, to: string, message: DirectText): Promise<void> {
  try {
    await links.send(to, message);
  } catch (error) {
    if (!(error instanceof PeerError) || error.fault !== "closed") throw error;
    await links.send(to, message);
  }
}
