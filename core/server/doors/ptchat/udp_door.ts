/**
 * PTCHAT over UDP: one datagram is one message (or several lines), and a source address is a session.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import {
  type DatagramSocket,
  openDatagramSocket,
  type UdpPeer,
} from "../../../net/datagram_socket.ts";
import { TokenBucket } from "../../../net/token_bucket.ts";
import { formatNotice } from "../../../ptchat/format.ts";
import { UdpChallenge } from "../../../ptchat/udp_challenge.ts";
import { MAX_AMPLIFICATION } from "../../../ptchat/udp_outlet.ts";
import { type UdpDatagram, UdpSessions } from "../../../ptchat/udp_sessions.ts";
import type { ServerContext } from "../../acts/context.ts";
import { RateLimitedLog } from "../../common/rate_limited_log.ts";
import type { Gate } from "../../gate/gate.ts";
import type { Reception } from "../../gate/reception.ts";
import { UdpSession } from "./udp_session.ts";
import { SHORT_GOODBYES } from "./udp_transport.ts";

/** Interval of the checks for silent sessions. */
const TICK_MS = 1_000;
/** Rate of new sessions for unconfirmed addresses; beyond it, a session needs the code. */
const OPENINGS = { burst: 60, perSecond: 10 };
/** Rate of answers to addresses without a session, in case of a flood. */
const ANSWERS = { burst: 2_000, perSecond: 2_000 };
/** Shortest interval between two log lines about datagrams that could not be sent. */
const FAILURES_LOGGED_MS = 10_000;

const log = getLogger(["chat", "server"]);
const encoder = new TextEncoder();

/** Options for {@linkcode UdpDoor}. */
export interface UdpDoorOptions {
  readonly context: ServerContext;
  readonly gate: Gate;
  readonly reception: Reception;
  readonly send: (bytes: Uint8Array, to: UdpPeer) => void;
  /** A monotonic clock, in milliseconds; by default the server's. */
  readonly clock?: () => number;
}

/** The door, without its socket. */
export class UdpDoor {
  #options: Required<UdpDoorOptions>;
  #challenge = new UdpChallenge(crypto.getRandomValues(new Uint8Array(32)));
  #sessions = new UdpSessions<UdpSession>(this.#challenge);
  #openings = new TokenBucket(OPENINGS);
  #answers = new TokenBucket(ANSWERS);

  /** No sessions yet. */
  constructor(options: UdpDoorOptions) {
    this.#options = { clock: options.context.steadyNow, ...options };
  }

  /** Number of open sessions. */
  get size(): number {
    return this.#sessions.size;
  }

  /** Handles one datagram. */
  receive(bytes: Uint8Array, peer: UdpPeer): void {
    this.#options.context.counters.traffic.bytesIn += bytes.length;
    const from = `${peer.address} ${peer.port}`;
    const datagram: UdpDatagram = { from, bytes, nowMs: this.#options.clock() };
    const arrival = this.#sessions.receive(datagram);
    const caller = arrival.kind === "stranger"
      ? this.#open(datagram, { peer, gaveCode: arrival.gaveCode })
      : arrival.caller;
    if (!caller) return;
    caller.received(bytes.length);
    if (arrival.kind === "duplicate") return;
    if (arrival.gaveCode) caller.gaveCode();
    caller.take(arrival.lines);
  }

  /** Sends reminders to silent sessions, and ends them; to be called about once a second. */
  tick(): void {
    for (const { kind, caller } of this.#sessions.tick(this.#options.clock())) {
      if (kind === "remind") caller.remind();
      else caller.hangUp("5 minutes of silence");
    }
  }

  #open(
    datagram: UdpDatagram,
    { peer, gaveCode }: { readonly peer: UdpPeer; readonly gaveCode: boolean },
  ): UdpSession | undefined {
    const { context: { guests }, gate, reception } = this.#options;
    const { from, nowMs } = datagram;
    const prompts = () => this.#challenge.prompts(from, nowMs, { guests, again: false });
    if (!gaveCode && this.#openings.take(nowMs).state === "limited") {
      this.#answer(datagram, { peer, texts: prompts });
      return undefined;
    }
    const onClosed = (closed: UdpSession) => this.#sessions.end(from, closed);
    const challenge = this.#challenge;
    const caller = new UdpSession({ ...this.#options, challenge, peer, from, onClosed });
    const admission = reception.admitDatagrams(caller, gaveCode);
    if (admission.state === "refused") {
      const goodbyes = () => [formatNotice(`Goodbye: ${admission.reason}.`), ...SHORT_GOODBYES];
      const isWorthACode = !gaveCode && gate.wouldAdmit(peer.address);
      this.#answer(datagram, { peer, texts: isWorthACode ? prompts : goodbyes });
      return undefined;
    }
    this.#sessions.open(datagram, caller);
    caller.enter(admission);
    return caller;
  }

  /** Answers an address without a session, with the first text that is short enough. */
  #answer(
    { bytes, nowMs }: UdpDatagram,
    { peer, texts }: { readonly peer: UdpPeer; readonly texts: () => readonly string[] },
  ): void {
    if (this.#answers.take(nowMs).state === "limited") return;
    const answer = texts().map((text) => encoder.encode(text))
      .find(({ length }) => length <= MAX_AMPLIFICATION * bytes.length);
    if (!answer) return;
    this.#options.context.counters.traffic.bytesOut += answer.length;
    this.#options.send(answer, peer);
  }
}

/** Options for {@linkcode listenUdp}. */
export interface ListenUdpOptions extends Omit<UdpDoorOptions, "send"> {
  /** An IP address. */
  readonly hostname: string;
  /** 0 lets the system choose. */
  readonly port: number;
}

/**
 * Opens the door on a UDP port. Disposing it waits for datagrams being sent; the sessions should be closed before.
 *
 * @throws {Error} With the `code` `EADDRINUSE`, `EACCES`, ... when the port cannot be bound.
 *
 * Needs `--allow-net`.
 */
export function listenUdp(
  { hostname, port, ...options }: ListenUdpOptions,
): AsyncDisposable {
  const failures = new RateLimitedLog(FAILURES_LOGGED_MS);
  const door = new UdpDoor({ ...options, send: (bytes, to) => socket.send(bytes, to) });
  const socket: DatagramSocket = openDatagramSocket({
    hostname,
    port,
    received: (bytes, from) => door.receive(bytes, from),
    failed: (reason) => {
      const turn = failures.take(performance.now());
      if (turn) log.warn("datagrams not sent: {reason}", { reason, also: turn.missed });
    },
  });
  const timer = setInterval(() => door.tick(), TICK_MS);
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await socket[Symbol.asyncDispose]();
    },
  };
}
