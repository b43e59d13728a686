/**
 * What goes to a user at the PTCHAT door: at once, or, where it is long, piece by piece as it is read.
 *
 * @module
 */
import { type Delivery, FLOWING, isStalled, stepDelivery } from "../../net/delivery.ts";
import { formatNotice } from "../../ptchat/format.ts";
import type { PtchatSendOptions, PtchatTransport } from "./transport.ts";

/** As much of a long list is sent at once, and may wait before the next answer is begun. */
const PIECE_CHARACTERS = 48 * 1024;

/** For what answers a line. */
export const REPLY: PtchatSendOptions = { urgency: "reply" };
/** For what others say. */
export const IN_ROOM: PtchatSendOptions = { urgency: "room" };
/** For what can wait. */
export const LATER: PtchatSendOptions = { urgency: "later" };

/** The text that goes to one user. */
export class PtchatOutput {
  #transport: PtchatTransport;
  #tooSlow: () => void;
  #delivery: Delivery = FLOWING;

  /** @param tooSlow Called once, when something does not fit; not while something is being sent. */
  constructor(transport: PtchatTransport, tooSlow: () => void) {
    this.#transport = transport;
    this.#tooSlow = tooSlow;
  }

  /** Bytes that wait to be sent. */
  get pendingBytes(): number {
    return this.#transport.pendingBytes;
  }

  /** Whether the user has to read before anything else is done. */
  get isWaiting(): boolean {
    return this.#delivery.at === "waiting";
  }

  /** Sends whole lines. */
  send(text: string, how: PtchatSendOptions = REPLY): void {
    if (this.#delivery.at === "over" || text === "") return;
    if (this.#transport.offerText(text, how)) return;
    this.#delivery = stepDelivery(this.#delivery, { kind: "stop" });
    // Not at once: the hub may be telling everybody something, and must not be called back meanwhile.
    queueMicrotask(this.#tooSlow);
  }

  /** Sends a line of the server's own. */
  notice(text: string, how?: PtchatSendOptions): void {
    this.send(formatNotice(text), how);
  }

  /** Settles when there is room for another answer; `undefined` when there is. */
  room(): Promise<void> | undefined {
    return this.pendingBytes <= PIECE_CHARACTERS ? undefined : this.#drained();
  }

  /** Sends a text that may be long, piece by piece, as it is read. */
  async pour(text: string): Promise<void> {
    for (const piece of piecesOf(text)) {
      if (this.#delivery.at === "over") return;
      this.send(piece);
      if (piece.length < text.length) await this.#drained();
    }
  }

  /** Whether the user is waited for, and has read nothing for longer than that; to be asked now and then. */
  isStuck(nowMs: number, { withinMs }: { readonly withinMs: number }): boolean {
    const { writes } = this.#transport;
    this.#delivery = stepDelivery(this.#delivery, { kind: "look", writes, nowMs });
    return isStalled(this.#delivery, { nowMs, withinMs });
  }

  /** Sends a last line after what is pending, and ends the transport. */
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

/** Whole lines, as many as may wait at once. */
function* piecesOf(text: string): Generator<string> {
  for (let at = 0; at < text.length;) {
    const end = text.indexOf("\n", at + PIECE_CHARACTERS);
    yield text.slice(at, end < 0 ? undefined : end + 1);
    at = end < 0 ? text.length : end + 1;
  }
}
