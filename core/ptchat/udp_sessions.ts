/**
 * Sessions of PTCHAT over UDP: assigns datagrams to sessions, and ends silent sessions. Pure: no socket, no clock.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { type PtchatLine, splitDatagram } from "./line_splitter.ts";
import type { UdpChallenge } from "./udp_challenge.ts";

/** Silence after which a session ends, in milliseconds. */
export const UDP_SILENCE_MS = 5 * 60_000;
/** Silence after which the user gets a reminder, in milliseconds. */
export const REMINDER_MS = 4 * 60_000;
/**
 * The same bytes from the same address within this time count as one datagram, duplicated by the network.
 *
 * Short enough that a person can send "ha" twice.
 */
export const DUPLICATE_MS = 250;

/** Number of datagrams remembered to detect duplicates; other limits apply to faster senders. */
const MAX_RECENT = 16;

/** Lines of a datagram that are compared with the code: a datagram must not contain thousands of guesses. */
const MAX_CODE_LINES = 4;

/** The meaning of a datagram; `Caller` is the owner of the session. */
export type UdpArrival<Caller> =
  /** From an address without a session. */
  | ({ readonly kind: "stranger" } & UdpLines)
  | ({ readonly kind: "lines"; readonly caller: Caller } & UdpLines)
  /** A duplicate, to be ignored. */
  | { readonly kind: "duplicate"; readonly caller: Caller };

/** The lines of a datagram. */
export interface UdpLines {
  /** In order, without the code of the address. */
  readonly lines: readonly PtchatLine[];
  /** Whether one of them was the code: the address is not forged. */
  readonly gaveCode: boolean;
}

/** Consequence of silence. */
export interface UdpSilence<Caller> {
  readonly kind: "remind" | "ended";
  readonly caller: Caller;
}

/** A received datagram. */
export interface UdpDatagram {
  /** Its source address: IP and port as text. */
  readonly from: string;
  readonly bytes: Uint8Array;
  /** When it was received, by a monotonic clock. */
  readonly nowMs: number;
}

interface Session<Caller> {
  readonly caller: Caller;
  lastMs: number;
  reminded: boolean;
  /** Hashes of the last datagrams. */
  readonly recent: { readonly hash: string; readonly atMs: number }[];
}

/**
 * The sessions of one UDP socket, by source address.
 *
 * @example The second datagram finds the session that was opened for the first
 * ```ts
 * import assert from "node:assert/strict";
 * import { UdpChallenge } from "./udp_challenge.ts";
 * import { UdpSessions } from "./udp_sessions.ts";
 * const bytes = (text: string) => new TextEncoder().encode(text);
 * const sessions = new UdpSessions<string>(new UdpChallenge(new Uint8Array(32)));
 * const hello = { from: "192.0.2.7 5000", bytes: bytes("hello\n"), nowMs: 0 };
 * assert.equal(sessions.receive(hello).kind, "stranger");
 * sessions.open(hello, "amy");
 * assert.equal(sessions.receive({ ...hello, nowMs: 1 }).kind, "duplicate");
 * assert.deepEqual(sessions.receive({ ...hello, nowMs: 900 }), {
 *   kind: "lines", caller: "amy", lines: [{ kind: "text", text: "hello" }], gaveCode: false,
 * });
 * ```
 */
export class UdpSessions<Caller> {
  readonly #challenge: UdpChallenge;
  /** The longest silent session first. */
  readonly #sessions = new Map<string, Session<Caller>>();

  /** No sessions yet; `challenge` checks the codes. */
  constructor(challenge: UdpChallenge) {
    this.#challenge = challenge;
  }

  /** Number of open sessions. */
  get size(): number {
    return this.#sessions.size;
  }

  /** Handles one datagram. */
  receive(datagram: UdpDatagram): UdpArrival<Caller> {
    const { from, bytes, nowMs } = datagram;
    const session = this.#sessions.get(from);
    if (!session) return { kind: "stranger", ...this.#read(datagram) };
    const { caller, recent } = session;
    while (recent[0] && nowMs - recent[0].atMs >= DUPLICATE_MS) recent.shift();
    const hash = hashOf(bytes);
    if (recent.some((earlier) => earlier.hash === hash)) return { kind: "duplicate", caller };
    if (recent.length === MAX_RECENT) recent.shift();
    recent.push({ hash, atMs: nowMs });
    session.lastMs = nowMs;
    session.reminded = false;
    this.#sessions.delete(from);
    this.#sessions.set(from, session);
    return { kind: "lines", caller, ...this.#read(datagram) };
  }

  /** Opens a session for the sender of a datagram without a session. */
  open({ from, bytes, nowMs }: UdpDatagram, caller: Caller): void {
    const recent = [{ hash: hashOf(bytes), atMs: nowMs }];
    this.#sessions.set(from, { caller, lastMs: nowMs, reminded: false, recent });
  }

  /** Ends the session of an address, if it still belongs to this caller. */
  end(from: string, caller: Caller): void {
    if (this.#sessions.get(from)?.caller === caller) this.#sessions.delete(from);
  }

  /** Ends sessions that have been silent too long, and returns those and the ones to remind; call it every few seconds. */
  tick(nowMs: number): UdpSilence<Caller>[] {
    const silent: UdpSilence<Caller>[] = [];
    for (const [from, session] of this.#sessions) {
      const silenceMs = nowMs - session.lastMs;
      if (silenceMs < REMINDER_MS) break;
      if (silenceMs >= UDP_SILENCE_MS) {
        this.#sessions.delete(from);
        silent.push({ kind: "ended", caller: session.caller });
      } else if (!session.reminded) {
        session.reminded = true;
        silent.push({ kind: "remind", caller: session.caller });
      }
    }
    return silent;
  }

  #read({ from, bytes, nowMs }: UdpDatagram): UdpLines {
    const all = splitDatagram(bytes);
    const isCode = this.#challenge.checker(from, nowMs);
    const lines = all.filter((line, at) =>
      at >= MAX_CODE_LINES || line.kind !== "text" || !isCode(line.text)
    );
    return { lines, gaveCode: lines.length < all.length };
  }
}

function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("base64");
}
