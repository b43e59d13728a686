/**
 * Private messages: one conversation for each account, over whatever link there is, opened when
 * there is something to say.
 *
 * @module
 */
import { type Clock, runWithin, systemClock } from "../../ground/clock.ts";
import { foldName } from "../../ground/names.ts";
import { PeerError } from "../links/errors.ts";
import type { PeerLink } from "../links/link.ts";
import type { PeerService } from "../calls/service.ts";
import { abortable } from "../links/sockets.ts";
import { TextConversation } from "./text_conversation.ts";
import { type MessageLine, TextLink } from "./text_link.ts";
import { TEXT_TIMES, type TextTimes } from "./text_link_state.ts";

/** How long a note may take over a link before it goes through the server as well. */
const NOTE_ACK_MS = 1_500;
/** Of how many accounts the conversations are remembered. */
const MAX_CONVERSATIONS = 1_024;

/** A message to send. */
export interface QueuedText {
  /** 1 to 64 printable ASCII characters, unique among the messages to that account. */
  readonly id: string;
  /** What is said; lines are apart by `\n`. */
  readonly text: string;
  /** Something done (`/me`), not said. */
  readonly action?: boolean;
}

/** A message that came in. Its text is safe to show. */
export interface IncomingText {
  /** Who says it. */
  readonly account: string;
  /** The sender's name for it. */
  readonly id: string;
  /** What is said; lines are apart by `\n`. */
  readonly text: string;
  /** Whether it is something done (`/me`), not said. */
  readonly action: boolean;
}

/** Options for {@linkcode TextLinks}. */
export interface TextLinksOptions {
  /** Opens the links, and gives incoming ones. */
  readonly peers: Pick<PeerService, "open" | "onLink">;
  /** Whether something else goes on with an account, so that an idle link to it is kept; by default nothing does. */
  readonly isNeeded?: (account: string) => boolean;
  /** By default the system's. */
  readonly clock?: Clock;
  /** What to do otherwise than {@linkcode TEXT_TIMES} says. */
  readonly times?: Partial<TextTimes>;
}

/** Sends and takes private messages over direct links. */
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

  /** Takes incoming text links from now on. */
  constructor(options: TextLinksOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#times = { ...TEXT_TIMES, ...options.times };
    this.#onLink = options.peers.onLink((link) => void this.#add(link), "text");
  }

  /**
   * Sends a message; resolves when the other client has it. Messages to one account arrive in the
   * order they were sent in.
   *
   * @throws {PeerError} What `PeerService.open` throws, or `closed` when the link died before the
   * receipt: then it may have arrived or not, and sending it again with the same id is safe.
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
   * Sends a note over a link that is open, if there is one that carries notes. Opens none.
   *
   * @returns Whether the other client has it. It may have it even when this is false.
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
      return false; // the link has died, or is about to: the note goes through the server
    }
  }

  /**
   * Opens a link in the background where none is open, so that what follows needs no server. It says nothing when that
   * fails.
   */
  keepOpen(account: string): void {
    if (this.#isClosed) return;
    const opening = this.#conversationWith(account).openIfNone(() => this.#open(account))
      .catch(() => {}) // what follows goes through the server then
      .finally(() => this.#running.delete(opening));
    this.#running.add(opening);
  }

  /** Gives incoming notes to `handler`. */
  onNote(handler: (account: string, note: string) => void): Disposable {
    this.#noteHandlers.add(handler);
    return { [Symbol.dispose]: () => void this.#noteHandlers.delete(handler) };
  }

  /** Gives incoming messages to `handler`; each message once, whatever becomes of the links. */
  onMessage(handler: (message: IncomingText) => void): Disposable {
    this.#handlers.add(handler);
    return { [Symbol.dispose]: () => void this.#handlers.delete(handler) };
  }

  /** Closes every text link. Messages on their way are rejected. */
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
