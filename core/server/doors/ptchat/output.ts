/**
 * Output to a user at the PTCHAT door: at once, or, if long, in pieces as the user reads.
 *
 * @module
 */
import { type Delivery, FLOWING, isStalled, stepDelivery } from "../../../net/delivery.ts";
import { formatNotice } from "../../../ptchat/format.ts";
import type { PtchatSendOptions, PtchatTransport } from "../transport.ts";

/** Size of a piece of a long list; with more than this pending, the next answer waits. */
const PIECE_CHARACTERS = 48 * 1024;

/** For answers to the user's own lines. */
export const REPLY: PtchatSendOptions = { urgency: "reply" };
/** For messages of others. */
export const IN_ROOM: PtchatSendOptions = { urgency: "room" };
/** For text that can wait. */
export const LATER: PtchatSendOptions = { urgency: "later" };

/** Sends text to one user. */
export class PtchatOutput {
  #transport: PtchatTransport;
  #tooSlow: () => void;
  #delivery: Delivery = FLOWING;

  /** @param tooSlow Called once, asynchronously, when something does not fit. */
  constructor(transport: PtchatTransport, tooSlow: () => void) {
    this.#transport = transport;
    this.#tooSlow = tooSlow;
  }

  /** Bytes queued for sending. */
  get pendingBytes(): number {
    return this.#transport.pendingBytes;
  }

  /** Whether the user has to read before the next line is handled. */
  get isWaiting(): boolean {
    return this.#delivery.at === "waiting";
  }

  /** Sends whole lines. */
  send(text: string, how: PtchatSendOptions = REPLY): void {
    if (this.#delivery.at === "over" || text === "") return;
    if (this.#transport.offerText(text, how)) return;
    this.#delivery = stepDelivery(this.#delivery, { kind: "stop" });
    // Not synchronously: the hub may be delivering an event, and must not be called back meanwhile.
    queueMicrotask(this.#tooSlow);
  }

  /** Sends a notice of the server. */
  notice(text: string, how?: PtchatSendOptions): void {
    this.send(formatNotice(text), how);
  }

  /** Settles when there is room for another answer; `undefined` when there is. */
  room(): Promise<void> | undefined {
    return this.pendingBytes <= PIECE_CHARACTERS ? undefined : this.#drained();
  }

  /** Sends a text that may be long, in pieces, as the user reads. */
  async pour(text: string): Promise<void> {
    for (const piece of piecesOf(text)) {
      if (this.#delivery.at === "over") return;
      this.send(piece);
      if (piece.length < text.length) await this.#drained();
    }
  }

  /** Whether the user has to read, and has read nothing for that long; to be called periodically. */
  isStuck(nowMs: number, { withinMs }: { readonly withinMs: number }): boolean {
    const { writes } = this.#transport;
    this.#delivery = stepDelivery(this.#delivery, { kind: "look", writes, nowMs });
    return isStalled(this.#delivery, { nowMs, withinMs });
  }

  /** Sends a last line after what is pending, and closes the transport. */
  end(last: string): void {
    this.stop();
    this.#transport.end(formatNotice(last));
  }

  /** Sends nothing more. */
  stop(): void {
    this.#delivery = stepDelivery(this.#delivery, { kind: "stop" });
  }

  async #drained(): Promise<void> {
    this.#delivery = stepDelivery(this.#delivery, { kind: "wait" });
    await this.#transport.drained();
    this.#delivery = stepDelivery(this.#delivery, { kind: "read" });
  }
}

/** Splits at line ends, into pieces of {@linkcode PIECE_CHARACTERS} or a little more. */
function* piecesOf(text: string): Generator<string> {
  for (let at = 0; at < text.length;) {
    const end = text.indexOf("\n", at + PIECE_CHARACTERS);
    yield text.slice(at, end < 0 ? undefined : end + 1);
    at = end < 0 ? text.length : end + 1;
  }
}
