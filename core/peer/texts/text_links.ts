/**
 * Private messages: one conversation for each account, over any open text link; a link is opened when there is something
 * to send.
 *
 * @module
 */
import { type Clock, runWithin, systemClock } from "../../ground/clock.ts";
import { foldName } from "../../ground/names.ts";
import type { PeerService } from "../calls/service.ts";
import { PeerError } from "../links/errors.ts";
import type { PeerLink } from "../links/link.ts";
import { abortable } from "../links/sockets.ts";
import { TextConversation } from "./text_conversation.ts";
import { type MessageLine, TextLink } from "./text_link.ts";
import { TEXT_TIMES, type TextTimes } from "./text_link_state.ts";

/** Time after which a note over a link is sent through the server as well. */
const NOTE_ACK_MS = 1_500;
/** Most accounts whose conversations are remembered. */
const MAX_CONVERSATIONS = 1_024;

/** A message to send. */
export interface QueuedText {
  /** 1 to 64 printable ASCII characters, unique among the messages to that account. */
  readonly id: string;
  /** The text; lines are separated by `\n`. */
  readonly text: string;
  /** Whether it is an action (`/me`). */
  readonly action?: boolean;
}

/** A received message. Its text is safe to show. */
export interface IncomingText {
  /** The sender's account. */
  readonly account: string;
  /** The id chosen by the sender. */
  readonly id: string;
  /** The text; lines are separated by `\n`. */
  readonly text: string;
  /** Whether it is an action (`/me`). */
  readonly action: boolean;
}

/** Options for {@linkcode TextLinks}. */
export interface TextLinksOptions {
  /** Opens links, and passes on incoming ones. */
  readonly peers: Pick<PeerService, "open" | "onLink">;
  /** Whether an idle link to an account is kept, because something else may need it; by default none is. */
  readonly isNeeded?: (account: string) => boolean;
  /** By default the system's clock. */
  readonly clock?: Clock;
  /** Overrides {@linkcode TEXT_TIMES}. */
  readonly times?: Partial<TextTimes>;
}

/** Sends and receives private messages over direct links. */
export class TextLinks implements AsyncDisposable {
  readonly #options: TextLinksOptions;
  readonly #clock: Clock;
  readonly #times: TextTimes;
  readonly #conversations = new Map<string, TextConversation>();
  readonly #running = new Set<Promise<void>>();
  readonly #handlers = new Set<(message: IncomingText) => void>();
  readonly #noteHandlers = new Set<(account: string, note: string) => void>();
  readonly #onLink: Disposable;
  #isClosed = false;

  /** Accepts incoming text links from now on. */
  constructor(options: TextLinksOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#times = { ...TEXT_TIMES, ...options.times };
    this.#onLink = options.peers.onLink((link) => void this.#add(link), "text");
  }

  /**
   * Sends a message; resolves when the other client has received it. Messages to one account arrive in order.
   *
   * @throws {PeerError} What `PeerService.open` throws, or `closed` when the link failed before the receipt: then it may
   * have arrived or not, and sending it again with the same id is safe.
   * @throws {RangeError} When the message is too long or empty.
   */
  async send(
    account: string,
    { id, text, action = false }: QueuedText,
  ): Promise<{ readonly direct: true }> {
    if (this.#isClosed) throw new PeerError({ kind: "text-links-closed" });
    const conversation = this.#conversationWith(account);
    await conversation.send(
      { id, text, kind: action ? "action" : "message" },
      () => this.#open(account),
    );
    return { direct: true };
  }

  /**
   * Sends a note over an open link that carries notes, if there is one. Opens none.
   *
   * @returns Whether the other client has confirmed it. It may have received it even if false.
   */
  async trySendNote(account: string, note: string): Promise<boolean> {
    if (this.#isClosed) return false;
    const link = this.#conversations.get(foldName(account))?.linkForNotes;
    if (link === undefined) return false;
    const limits = { ms: NOTE_ACK_MS, clock: this.#clock };
    try {
      await runWithin(limits, (signal) => {
        return abortable(link.send({ id: crypto.randomUUID(), note }), signal);
      });
      return true;
    } catch {
      return false; // the link has failed or is about to: the note goes through the server
    }
  }

  /**
   * Opens a link in the background if none is open, so that later messages do not need the server. Failures are ignored.
   */
  keepOpen(account: string): void {
    if (this.#isClosed) return;
    const opening = this.#conversationWith(account).openIfNone(() => this.#open(account))
      .catch(() => {}) // later messages go through the server then
      .finally(() => this.#running.delete(opening));
    this.#running.add(opening);
  }

  /** Passes incoming notes to `handler`. */
  onNote(handler: (account: string, note: string) => void): Disposable {
    this.#noteHandlers.add(handler);
    return { [Symbol.dispose]: () => void this.#noteHandlers.delete(handler) };
  }

  /** Passes incoming messages to `handler`, each once, even if links fail. */
  onMessage(handler: (message: IncomingText) => void): Disposable {
    this.#handlers.add(handler);
    return { [Symbol.dispose]: () => void this.#handlers.delete(handler) };
  }

  /** Closes all text links. Pending messages are rejected. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    this.#onLink[Symbol.dispose]();
    for (const conversation of this.#conversations.values()) conversation.close();
    await Promise.all(this.#running);
  }

  async #open(account: string): Promise<TextLink> {
    return this.#add(await this.#options.peers.open(account, "text"));
  }

  #add(peerLink: PeerLink): TextLink {
    const { account } = peerLink;
    const conversation = this.#conversationWith(account);
    const link = new TextLink(peerLink, {
      clock: this.#clock,
      times: this.#times,
      allowance: conversation.incoming,
      owner: {
        isNeeded: () => this.#options.isNeeded?.(account) ?? false,
        receive: (message) => this.#receive(account, conversation, message),
        receiveNote: ({ note }) => {
          for (const handler of this.#noteHandlers) handler(account, note);
        },
      },
    });
    conversation.add(link);
    const running = link.run().finally(() => {
      conversation.remove(link);
      this.#running.delete(running);
    });
    this.#running.add(running);
    if (this.#isClosed) link.close();
    return link;
  }

  #receive(account: string, conversation: TextConversation, { id, text, kind }: MessageLine): void {
    if (!conversation.isNew(id)) return;
    const message = { account, id, text, action: kind === "action" };
    for (const handler of this.#handlers) handler(message);
  }

  #conversationWith(account: string): TextConversation {
    const name = foldName(account);
    const conversation = this.#conversations.get(name) ?? new TextConversation(this.#clock);
    this.#conversations.delete(name); // the last one spoken with stays longest
    this.#conversations.set(name, conversation);
    if (this.#conversations.size > MAX_CONVERSATIONS) this.#forgetOne();
    return conversation;
  }

  #forgetOne(): void {
    for (const [name, conversation] of this.#conversations) {
      if (conversation.isQuiet) return void this.#conversations.delete(name);
    }
  }
}
