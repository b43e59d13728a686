/**
 * One session of the UDP door: a client at an address that may be forged.
 *
 * @module
 */
import { normalizeAddress } from "../../../net/connection.ts";
import type { UdpPeer } from "../../../net/datagram_socket.ts";
import type { PtchatLine } from "../../../ptchat/line_splitter.ts";
import type { UdpChallenge } from "../../../ptchat/udp_challenge.ts";
import {
  OPEN_INTAKE,
  stepUdpIntake,
  type UdpIntake,
  type UdpIntakeInput,
} from "../../../ptchat/udp_intake.ts";
import type { Confirmation } from "../../../ptchat/udp_outlet.ts";
import type { ServerContext } from "../../acts/context.ts";
import type { LiveConnection } from "../../common/connections.ts";
import type { Gate } from "../../gate/gate.ts";
import type { DatagramAdmission } from "../../gate/reception.ts";
import type { DatagramSession } from "../door.ts";
import { UdpTransport, type UdpTransportEvents } from "./udp_transport.ts";

/** Options for {@linkcode UdpSession}. */
export interface UdpSessionOptions {
  readonly context: ServerContext;
  readonly gate: Pick<Gate, "confirm">;
  readonly challenge: Pick<UdpChallenge, "prompts">;
  readonly peer: UdpPeer;
  /** The peer as text, for the challenge and the sessions. */
  readonly from: string;
  /** A monotonic clock, in milliseconds. */
  readonly clock: () => number;
  readonly send: (bytes: Uint8Array, to: UdpPeer) => void;
  /** Called when the session is closed. */
  readonly onClosed: (session: UdpSession) => void;
}

/** An admitted session. */
interface AdmittedSession {
  readonly admission: DatagramAdmission;
  readonly session: DatagramSession;
}

/** A client at a UDP address. */
export class UdpSession implements LiveConnection, UdpTransportEvents {
  readonly address: string;
  readonly openedAt: number;
  readonly door = "ptchat";
  readonly transport = "udp";
  #options: UdpSessionOptions;
  #transport: UdpTransport;
  #admitted: AdmittedSession | undefined;
  #intake: UdpIntake = OPEN_INTAKE;

  /** Not admitted yet: see {@linkcode UdpSession.enter}. */
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
    return this.#admitted?.session;
  }

  /** Opens the session, once it is admitted. */
  enter(admission: DatagramAdmission): void {
    const { peer: { port }, onClosed } = this.#options;
    const caller = { transport: this.#transport, port, onClosed: () => onClosed(this) };
    this.#admitted = { admission, session: admission.open(caller) };
  }

  /** Counts bytes received from the peer. */
  received(bytes: number): void {
    this.#transport.received(bytes);
  }

  /** Queues lines; those above the limit are dropped, and the peer is notified. */
  take(lines: readonly PtchatLine[]): void {
    for (const [index, line] of lines.entries()) {
      if (this.#step({ kind: "line", index })) this.session?.take(line);
    }
    this.#step({ kind: "datagram-end" });
  }

  /** The peer has sent the code. */
  gaveCode(): void {
    if (this.#transport.confirmation !== "code") return this.#confirm("code");
    this.#transport.notice("This address is confirmed.");
  }

  /** Sends a reminder that the session will end in a minute. */
  remind(): void {
    this.#transport.notice("Are you there? In a minute this session ends; any line keeps it.");
  }

  hangUp(reason: string): void {
    this.session?.close(reason);
  }

  // ---------------------------------------------------------------- events of the transport

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

  /** @returns whether to queue the line. */
  #step(input: UdpIntakeInput): boolean {
    const { intake, act } = stepUdpIntake(this.#intake, input);
    this.#intake = intake;
    if (act.act === "report") {
      this.#transport.notice(`Too fast: ${act.notTaken} of your lines were not taken.`);
    }
    return act.act === "take";
  }

  /** With the first confirmation, the slot is confirmed as well; if that fails, the session ends. */
  #confirm(by: Confirmation): void {
    if (!this.#admitted) return;
    const isFirst = this.#transport.confirmation === undefined;
    this.#transport.confirm(by);
    if (!isFirst) return;
    void this.#options.gate.confirm(this.#admitted.admission.slot, this.address).then(
      (decision) => {
        if (decision.state === "ok") return;
        this.#transport.clear();
        this.hangUp(decision.reason);
      },
    );
  }
}
