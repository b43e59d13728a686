/**
 * The transport of lines to one UDP address.
 *
 * @module
 */
import { formatNotice } from "../../../ptchat/format.ts";
import { type Confirmation, UdpOutlet } from "../../../ptchat/udp_outlet.ts";
import {
  FIRST_SENDING,
  promptAt,
  stepUdpSending,
  type UdpSending,
} from "../../../ptchat/udp_sending.ts";
import type { Sender, Turn } from "../../common/turn.ts";
import type { PtchatSendOptions, PtchatTransport } from "../transport.ts";

/** For when the budget does not suffice for the reason. */
export const SHORT_GOODBYES: readonly string[] = [formatNotice("Goodbye."), formatNotice("Bye.")];

/** Handlers for the events of a {@linkcode UdpTransport}. */
export interface UdpTransportEvents {
  /** See {@linkcode PtchatTransport.crowded}. */
  crowded(isCrowded: boolean): void;
  /** See {@linkcode PtchatTransport.signedIn}. */
  signedIn(): void;
  /** Ways to ask for the code, the most helpful first; none while that would disturb. */
  prompts(nowMs: number, isAgain: boolean): readonly string[];
  /** Sending has failed. */
  failed(): void;
}

/** Options for {@linkcode UdpTransport}. */
export interface UdpTransportOptions {
  /** IP address of the other end. */
  readonly address: string;
  readonly turn: Pick<Turn, "add">;
  /** A monotonic clock, in milliseconds. */
  readonly clock: () => number;
  /** Sends one datagram. */
  readonly send: (bytes: Uint8Array) => void;
  readonly events: UdpTransportEvents;
}

/** Sends datagrams to one address: the shell around {@linkcode stepUdpSending} and {@linkcode UdpOutlet}. */
export class UdpTransport implements PtchatTransport, Sender {
  readonly address: string;
  readonly encrypted = false;
  /** Unused: nothing waits for the other end to read, see {@linkcode UdpTransport.drained}. */
  readonly writes = 0;
  #options: UdpTransportOptions;
  #outlet = new UdpOutlet();
  #sending: UdpSending = FIRST_SENDING;
  #isMarked = false;
  /** Datagrams for the next flush, fixed by `seal()`. */
  #sealed: readonly Uint8Array[] | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(options: UdpTransportOptions) {
    this.#options = options;
    this.address = options.address;
  }

  /** How the address was confirmed, if it was. */
  get confirmation(): Confirmation | undefined {
    return this.#outlet.confirmation;
  }

  get isUnconfirmed(): boolean {
    return this.confirmation !== "code";
  }

  get holdsBack(): boolean {
    return this.#outlet.holdsBack(this.#prompts(this.#options.clock()));
  }

  get pendingBytes(): number {
    return this.#outlet.waitingBytes;
  }

  /** Counts bytes received from the address. */
  received(bytes: number): void {
    this.#outlet.received(bytes);
    this.#options.turn.add(this);
  }

  /** The address is confirmed by the code, or the user by a password: sends what was held back. */
  confirm(by: Confirmation): void {
    this.#outlet.confirm(by);
    this.#options.turn.add(this);
  }

  /** Drops what is queued. */
  clear(): void {
    this.#outlet.clear();
  }

  offerText(text: string, { urgency, short }: PtchatSendOptions): boolean {
    const isBrief = short !== undefined && !this.confirmation;
    this.#outlet.offer(isBrief ? short : text, urgency);
    this.#options.turn.add(this);
    return true;
  }

  /** Sends a notice of the server. */
  notice(text: string): void {
    this.offerText(formatNotice(text), { urgency: "reply" });
  }

  /** Resolves at once: lines that do not fit are left out, with a notice. */
  drained(): Promise<void> {
    return Promise.resolve();
  }

  signedIn(): void {
    this.#options.events.signedIn();
  }

  crowded(isCrowded: boolean): void {
    this.#options.events.crowded(isCrowded);
  }

  end(last: string): void {
    this.#sending = stepUdpSending(this.#sending, { kind: "end", last });
    this.#options.turn.add(this);
  }

  // ---------------------------------------------------------------- the turn's sender

  markWaiting(): boolean {
    if (this.#isMarked) return false;
    return this.#isMarked = true;
  }

  /** Takes the datagrams that the next flush sends. */
  seal(): void {
    this.#isMarked = false;
    this.#sealed = this.#take();
  }

  flush(): void {
    if (this.#sealed === undefined) this.seal();
    const datagrams = this.#sealed ?? [];
    this.#sealed = undefined;
    for (const bytes of datagrams) this.#options.send(bytes);
  }

  abandon(): void {
    this.#options.events.failed();
  }

  #take(): readonly Uint8Array[] {
    clearTimeout(this.#retry);
    const nowMs = this.#options.clock();
    switch (this.#sending.at) {
      case "open":
        return this.#takeSome(nowMs);
      case "ending":
        return this.#takeLast(nowMs, this.#sending.last);
      case "over":
        return [];
    }
  }

  #takeSome(nowMs: number): readonly Uint8Array[] {
    const { turn } = this.#options;
    const { datagrams, prompted, retryMs } = this.#outlet.take(nowMs, this.#prompts(nowMs));
    this.#sending = stepUdpSending(this.#sending, { kind: "taken", prompted, nowMs });
    if (retryMs !== undefined) this.#retry = setTimeout(() => turn.add(this), retryMs);
    return datagrams;
  }

  #takeLast(nowMs: number, last: string): readonly Uint8Array[] {
    this.#sending = stepUdpSending(this.#sending, { kind: "taken", prompted: false, nowMs });
    const rest = this.confirmation ? this.#outlet.take(nowMs).datagrams : [];
    const bytes = this.#outlet.takeLast([last, ...SHORT_GOODBYES]);
    return bytes ? [...rest, bytes] : rest;
  }

  #prompts(nowMs: number): readonly string[] {
    const { isDue, isAgain } = promptAt(this.#sending, nowMs);
    return isDue && !this.confirmation ? this.#options.events.prompts(nowMs, isAgain) : [];
  }
}
