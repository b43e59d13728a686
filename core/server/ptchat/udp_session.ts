/**
 * One session of the UDP door: what a visitor's lines are carried by, where there is no connection.
 *
 * @module
 */
import type { UdpPeer } from "../../net/datagram_socket.ts";
import { normalizeAddress } from "../../net/connection.ts";
import { formatNotice } from "../../ptchat/format.ts";
import type { PtchatLine } from "../../ptchat/line_splitter.ts";
import type { UdpChallenge } from "../../ptchat/udp_challenge.ts";
import { type Confirmation, UdpOutlet } from "../../ptchat/udp_outlet.ts";
import type { LiveConnection } from "../connections.ts";
import type { ServerContext } from "../context.ts";
import type { DatagramSession } from "../doors/door.ts";
import type { Gate } from "../gate.ts";
import type { DatagramAdmission } from "../reception.ts";
import type { Sender } from "../turn.ts";
import type { PtchatSendOptions, PtchatTransport } from "./transport.ts";

/** Lines of one datagram that are taken: as many as may wait. */
const MAX_DATAGRAM_LINES = 64;
/** Shortest pause between two prompts for the code: each is paid by the replies' budget. */
const PROMPT_EVERY_MS = 10_000;

/** What is said where there are no bytes for the reason. */
export const SHORT_GOODBYES: readonly string[] = [formatNotice("Goodbye."), formatNotice("Bye.")];

/** What a {@linkcode UdpSession} is made of. */
export interface UdpSessionOptions {
  readonly context: ServerContext;
  readonly gate: Pick<Gate, "confirm">;
  readonly challenge: UdpChallenge;
  readonly peer: UdpPeer;
  /** The peer, as the challenge and the sessions know it. */
  readonly from: string;
  /** A steady clock, in milliseconds. */
  readonly clock: () => number;
  readonly send: (bytes: Uint8Array, to: UdpPeer) => void;
  /** The session is over. */
  readonly onClosed: (caller: UdpSession) => void;
}

/** Somebody at a UDP address. */
export class UdpSession implements LiveConnection, PtchatTransport, Sender {
  readonly address: string;
  readonly openedAt: number;
  readonly door = "ptchat";
  readonly transport = "udp";
  readonly encrypted = false;
  /** Nobody has to be waited for to read: see {@linkcode UdpSession.drained}. */
  readonly writes = 0;
  #options: UdpSessionOptions;
  #outlet = new UdpOutlet();
  #admission: DatagramAdmission | undefined;
  #visitor: DatagramSession | undefined;
  #lastWords: string | undefined;
  #isOver = false;
  #isWaiting = false;
  /** Datagrams that wait until what they say is stored. */
  #sealed: readonly Uint8Array[] | undefined;
  #promptedAt = -Infinity;
  #isCrowded = false;
  #notTaken = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;

  /** Nobody yet: let in by {@linkcode UdpSession.enter}. */
  constructor(options: UdpSessionOptions) {
    this.#options = options;
    this.address = normalizeAddress(options.peer.address);
    this.openedAt = options.context.steadyNow();
  }

  get visitor(): DatagramSession | undefined {
    return this.#visitor;
  }

  get isUnconfirmed(): boolean {
    return this.#outlet.confirmation !== "code";
  }

  get holdsBack(): boolean {
    return this.#outlet.holdsBack(this.#prompts(this.#options.clock()));
  }

  get pendingBytes(): number {
    return this.#outlet.waitingBytes;
  }

  /** Was let in. */
  enter(admission: DatagramAdmission): void {
    const { peer: { port }, onClosed } = this.#options;
    this.#admission = admission;
    this.#visitor = admission.open({ transport: this, port, onClosed: () => onClosed(this) });
  }

  /** As many bytes came from the peer. */
  received(bytes: number): void {
    this.#outlet.received(bytes);
    this.#options.context.turn.add(this);
  }

  /** Takes lines; those beyond what may wait are not taken, and the peer is told. */
  take(lines: readonly PtchatLine[]): void {
    for (const [i, line] of lines.entries()) {
      if (this.#isCrowded || i >= MAX_DATAGRAM_LINES) this.#notTaken++;
      else this.#visitor?.take(line);
    }
    if (!this.#isCrowded) this.#tellNotTaken();
  }

  /** The peer sent the code. */
  gaveCode(): void {
    if (this.#outlet.confirmation === "code") this.#tell("This address is confirmed.");
    else this.#confirm("code");
  }

  /** Says that the session will end in a minute. */
  remind(): void {
    this.#tell("Are you there? In a minute this session ends; any line keeps it.");
  }

  hangUp(reason: string): void {
    this.#visitor?.close(reason);
  }

  // ---------------------------------------------------------------- the visitor's transport

  offerText(text: string, { urgency, short }: PtchatSendOptions): boolean {
    const isBrief = short !== undefined && !this.#outlet.confirmation;
    this.#outlet.offer(isBrief ? short : text, urgency);
    this.#options.context.turn.add(this);
    return true;
  }

  /** What has no room here is left out, and said to be: there is nothing to wait for. */
  drained(): Promise<void> {
    return Promise.resolve();
  }

  signedIn(): void {
    this.#confirm("password");
  }

  end(last: string): void {
    this.#lastWords = last;
    this.#options.context.turn.add(this);
  }

  crowded(crowded: boolean): void {
    this.#isCrowded = crowded;
    if (!crowded) this.#tellNotTaken();
  }

  #tellNotTaken(): void {
    if (this.#notTaken === 0) return;
    this.#tell(`Too fast: ${this.#notTaken} of your lines were not taken.`);
    this.#notTaken = 0;
  }

  // ---------------------------------------------------------------- the turn's sender

  markWaiting(): boolean {
    if (this.#isWaiting) return false;
    return this.#isWaiting = true;
  }

  /** Takes the datagrams that the next flush sends. */
  seal(): void {
    this.#isWaiting = false;
    this.#sealed = this.#take();
  }

  flush(): void {
    if (this.#sealed === undefined) this.seal();
    const datagrams = this.#sealed ?? [];
    this.#sealed = undefined;
    this.#send(datagrams);
  }

  abandon(): void {
    this.hangUp("Something went wrong on the server");
  }

  #take(): readonly Uint8Array[] {
    clearTimeout(this.#retry);
    if (this.#isOver) return [];
    if (this.#lastWords !== undefined) return this.#takeLast(this.#lastWords);
    const now = this.#options.clock();
    const { datagrams, prompted, retryMs } = this.#outlet.take(now, this.#prompts(now));
    if (prompted) this.#promptedAt = now;
    if (retryMs !== undefined) {
      this.#retry = setTimeout(() => this.#options.context.turn.add(this), retryMs);
    }
    return datagrams;
  }

  #takeLast(last: string): readonly Uint8Array[] {
    this.#isOver = true;
    const rest = this.#outlet.confirmation
      ? this.#outlet.take(this.#options.clock()).datagrams
      : [];
    const bytes = this.#outlet.takeLast([last, ...SHORT_GOODBYES]);
    return bytes ? [...rest, bytes] : rest;
  }

  #prompts(now: number): readonly string[] {
    const isDue = now - this.#promptedAt >= PROMPT_EVERY_MS;
    if (!isDue || this.#outlet.confirmation || this.#visitor?.isBusy) return [];
    const { challenge, from, context: { guests } } = this.#options;
    const again = this.#promptedAt > -Infinity || this.#visitor?.user !== undefined;
    return challenge.prompts(from, now, { guests, again });
  }

  #send(datagrams: readonly Uint8Array[]): void {
    const { send, peer, context: { counters } } = this.#options;
    for (const bytes of datagrams) {
      counters.traffic.bytesOut += bytes.length;
      send(bytes, peer);
    }
  }

  #tell(text: string): void {
    this.offerText(formatNotice(text), { urgency: "reply" });
  }

  /** Whoever it is receives at the address, or answers for an account: what was held back may go, if they may stay. */
  #confirm(by: Confirmation): void {
    if (!this.#admission) return;
    const isFirst = this.#outlet.confirmation === undefined;
    this.#outlet.confirm(by);
    if (!isFirst) return;
    const { gate, context } = this.#options;
    context.turn.add(this);
    void gate.confirm(this.#admission.slot, this.address).then((decision) => {
      if (decision.state === "ok") return;
      this.#outlet.clear();
      this.hangUp(decision.reason);
    });
  }
}
