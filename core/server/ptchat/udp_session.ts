/**
 * One session of the UDP door: a caller at an address, which may be forged.
 *
 * @module
 */
import type { UdpPeer } from "../../net/datagram_socket.ts";
import { normalizeAddress } from "../../net/connection.ts";
import type { PtchatLine } from "../../ptchat/line_splitter.ts";
import type { UdpChallenge } from "../../ptchat/udp_challenge.ts";
import {
  OPEN_INTAKE,
  stepUdpIntake,
  type UdpIntake,
  type UdpIntakeInput,
} from "../../ptchat/udp_intake.ts";
import type { Confirmation } from "../../ptchat/udp_outlet.ts";
import type { LiveConnection } from "../connections.ts";
import type { ServerContext } from "../context.ts";
import type { DatagramSession } from "../doors/door.ts";
import type { Gate } from "../gate.ts";
import type { DatagramAdmission } from "../reception.ts";
import { UdpTransport, type UdpTransportEvents } from "./udp_transport.ts";

/** Options for {@linkcode UdpSession}. */
export interface UdpSessionOptions {
  readonly context: ServerContext;
  readonly gate: Pick<Gate, "confirm">;
  readonly challenge: Pick<UdpChallenge, "prompts">;
  readonly peer: UdpPeer;
  /** The peer, as the challenge and the sessions know it. */
  readonly from: string;
  /** A steady clock, in milliseconds. */
  readonly clock: () => number;
  readonly send: (bytes: Uint8Array, to: UdpPeer) => void;
  /** The session is over. */
  readonly onClosed: (session: UdpSession) => void;
}

/** A session that was let in. */
interface LetInSession {
  readonly admission: DatagramAdmission;
  readonly session: DatagramSession;
}

/** A caller at a UDP address. */
export class UdpSession implements LiveConnection, UdpTransportEvents {
  readonly address: string;
  readonly openedAt: number;
  readonly door = "ptchat";
  readonly transport = "udp";
  #options: UdpSessionOptions;
  #transport: UdpTransport;
  #letIn: LetInSession | undefined;
  #intake: UdpIntake = OPEN_INTAKE;

  /** Not let in yet: see {@linkcode UdpSession.enter}. */
  constructor(options: UdpSessionOptions) {
    const { context, peer, clock, send } = options;
    const { turn, counters: { traffic } } = context;
    this.#options = options;
    this.address = normalizeAddress(peer.address);
    this.openedAt = context.steadyNow();
    this.#transport = new UdpTransport({
      ...{ address: this.address, turn, clock, events: this },
      send(bytes) {
        traffic.bytesOut += bytes.length;
        send(bytes, peer);
      },
    });
  }

  get session(): DatagramSession | undefined {
    return this.#letIn?.session;
  }

  /** Was let in. */
  enter(admission: DatagramAdmission): void {
    const { peer: { port }, onClosed } = this.#options;
    const caller = { transport: this.#transport, port, onClosed: () => onClosed(this) };
    this.#letIn = { admission, session: admission.open(caller) };
  }

  /** As many bytes came from the peer. */
  received(bytes: number): void {
    this.#transport.received(bytes);
  }

  /** Takes lines; those beyond what may wait are not taken, and the peer is told. */
  take(lines: readonly PtchatLine[]): void {
    for (const [index, line] of lines.entries()) {
      if (this.#step({ kind: "line", index })) this.session?.take(line);
    }
    this.#step({ kind: "datagram-end" });
  }

  /** The peer sent the code. */
  gaveCode(): void {
    if (this.#transport.confirmation !== "code") return this.#confirm("code");
    this.#transport.notice("This address is confirmed.");
  }

  /** Says that the session will end in a minute. */
  remind(): void {
    this.#transport.notice("Are you there? In a minute this session ends; any line keeps it.");
  }

  hangUp(reason: string): void {
    this.session?.close(reason);
  }

  // ---------------------------------------------------------------- what happens on the transport

  crowded(isCrowded: boolean): void {
    this.#step({ kind: "crowded", isCrowded });
  }

  signedIn(): void {
    this.#confirm("password");
  }

  prompts(nowMs: number, isAgain: boolean): readonly string[] {
    const { session } = this;
    if (session?.isBusy) return [];
    const { challenge, from, context: { guests } } = this.#options;
    return challenge.prompts(from, nowMs, {
      guests,
      again: isAgain || session?.user !== undefined,
    });
  }

  failed(): void {
    this.hangUp("Something went wrong on the server");
  }

  /** @returns whether the line is to be taken. */
  #step(input: UdpIntakeInput): boolean {
    const { intake, act } = stepUdpIntake(this.#intake, input);
    this.#intake = intake;
    if (act.act === "tell") {
      this.#transport.notice(`Too fast: ${act.notTaken} of your lines were not taken.`);
    }
    return act.act === "take";
  }

  /** From the first confirmation on, the slot is one of somebody who is at the address, if they may stay. */
  #confirm(by: Confirmation): void {
    if (!this.#letIn) return;
    const isFirst = this.#transport.confirmation === undefined;
    this.#transport.confirm(by);
    if (!isFirst) return;
    void this.#options.gate.confirm(this.#letIn.admission.slot, this.address).then((decision) => {
      if (decision.state === "ok") return;
      this.#transport.clear();
      this.hangUp(decision.reason);
    });
  }
}
