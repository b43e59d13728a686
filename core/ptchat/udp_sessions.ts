/**
 * PTCHAT over UDP: which datagram belongs to whose session, and when a session ends. Pure: no socket, no clock.
 *
 * @module
 */
import { type Line, splitDatagram } from "./line_splitter.ts";
import type { UdpChallenge } from "./udp_challenge.ts";

/** Silence after which a session ends, in milliseconds. */
export const SILENCE_MS = 5 * 60_000;
/** Silence after which the user is reminded, in milliseconds. */
export const REMINDER_MS = 4 * 60_000;
/**
 * The same bytes from the same address within this time are one datagram that the network doubled.
 *
 * Short enough that a person who says "ha" twice is heard twice.
 */
export const DUPLICATE_MS = 250;

/** What a datagram means. */
export type UdpArrival =
  /** From a stranger: send `text`, and keep nothing. */
  | { readonly kind: "challenged"; readonly text: string }
  /** From a stranger: send nothing. */
  | { readonly kind: "ignored" }
  /** The stranger sent the right code and has a session now: greet. */
  | { readonly kind: "opened" }
  /** Seen already: do nothing. */
  | { readonly kind: "duplicate" }
  /** From a session's user. */
  | { readonly kind: "lines"; readonly lines: readonly Line[] };

/** What silence leads to. */
export interface UdpSilence {
  readonly kind: "remind" | "ended";
  readonly address: string;
}

interface Session {
  lastMs: number;
  reminded: boolean;
  readonly recent: { readonly bytes: Uint8Array; readonly atMs: number }[];
}

/** How many datagrams are remembered to tell duplicates from; a faster sender has other limits to meet. */
const MAX_RECENT = 16;

/**
 * The sessions of one UDP socket, by source address.
 *
 * @example A stranger has to send the code back first
 * ```ts
 * import assert from "node:assert/strict";
 * import { UdpChallenge } from "./udp_challenge.ts";
 * import { UdpSessions } from "./udp_sessions.ts";
 * const bytes = (text: string) => new TextEncoder().encode(text);
 * const challenge = new UdpChallenge(new Uint8Array(32));
 * const sessions = new UdpSessions(challenge);
 * const from = "192.0.2.7:5000";
 * assert.equal(sessions.receive(from, bytes("hello\n"), 0).kind, "challenged");
 * assert.equal(sessions.receive(from, bytes(challenge.codeFor(from, 10)), 10).kind, "opened");
 * assert.equal(sessions.receive(from, bytes("hello\n"), 20).kind, "lines");
 * ```
 */
export class UdpSessions {
  readonly #challenge: UdpChallenge;
  /** The longest silent first. */
  readonly #sessions = new Map<string, Session>();

  constructor(challenge: UdpChallenge) {
    this.#challenge = challenge;
  }

  /** How many sessions are open. */
  get size(): number {
    return this.#sessions.size;
  }

  /** Whether `address` has a session: only then may it be sent anything but a challenge. */
  has(address: string): boolean {
    return this.#sessions.has(address);
  }

  /** Takes one datagram. */
  receive(address: string, bytes: Uint8Array, nowMs: number): UdpArrival {
    const session = this.#sessions.get(address);
    return session
      ? this.#next(address, session, bytes, nowMs)
      : this.#first(address, bytes, nowMs);
  }

  /** Ends a session, because its user left or its slot is needed. */
  end(address: string): void {
    this.#sessions.delete(address);
  }

  /** Ends the sessions that have been silent too long and says whom to remind; call it every few seconds. */
  tick(nowMs: number): UdpSilence[] {
    const silent: UdpSilence[] = [];
    for (const [address, session] of this.#sessions) {
      const silenceMs = nowMs - session.lastMs;
      if (silenceMs < REMINDER_MS) break;
      if (silenceMs >= SILENCE_MS) {
        this.#sessions.delete(address);
        silent.push({ kind: "ended", address });
      } else if (!session.reminded) {
        session.reminded = true;
        silent.push({ kind: "remind", address });
      }
    }
    return silent;
  }

  #first(address: string, bytes: Uint8Array, nowMs: number): UdpArrival {
    const [line] = splitDatagram(bytes);
    if (line?.kind === "text" && this.#challenge.isCode(address, line.text, nowMs)) {
      const recent = [{ bytes: bytes.slice(), atMs: nowMs }];
      this.#sessions.set(address, { lastMs: nowMs, reminded: false, recent });
      return { kind: "opened" };
    }
    const text = this.#challenge.answer(address, bytes.length, nowMs);
    return text === undefined ? { kind: "ignored" } : { kind: "challenged", text };
  }

  #next(address: string, session: Session, bytes: Uint8Array, nowMs: number): UdpArrival {
    const { recent } = session;
    while (recent[0] && nowMs - recent[0].atMs >= DUPLICATE_MS) recent.shift();
    if (recent.some((datagram) => isEqual(datagram.bytes, bytes))) return { kind: "duplicate" };
    if (recent.length === MAX_RECENT) recent.shift();
    recent.push({ bytes: bytes.slice(), atMs: nowMs });
    session.lastMs = nowMs;
    session.reminded = false;
    this.#sessions.delete(address);
    this.#sessions.set(address, session);
    const lines = splitDatagram(bytes);
    const isLateCode = lines.length === 1 && lines[0]?.kind === "text" &&
      this.#challenge.isCode(address, lines[0].text, nowMs);
    return isLateCode ? { kind: "duplicate" } : { kind: "lines", lines };
  }
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
