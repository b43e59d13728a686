/**
 * The relay: where two clients meet who cannot reach each other. The server copies bytes between them; what they
 * say is inside a TLS link of their own, so it carries ciphertext only.
 *
 * The two agree on a rendezvous, 32 random bytes in base64url, and a signed-in one of them announces it over IRC
 * (`RELAY <rendezvous>`). Each opens a TLS connection with the ALPN `chat-relay/1` and sends
 * `RELAY <rendezvous>` and LF; when both are there, each reads `OK` and LF, and from then on the other one's bytes.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import { concatBytes } from "../bytes.ts";
import { foldName } from "../irc/names.ts";
import type { Connection, ConnectionEvents } from "../net/connection.ts";
import type { Slot } from "../net/slots.ts";

/** How long a rendezvous is good for, from its announcement to the second caller. */
export const RENDEZVOUS_MS = 30_000;
/** How long nothing may pass between two callers. Links of ours that are idle still ask each other every 30 s. */
const IDLE_MS = 5 * 60_000;
/** Slots that two callers take who have met. */
const SLOTS_PER_PAIR = 2;
/** Rendezvous at which callers of one account may be, however many slots there are. */
const MAX_PER_ACCOUNT = 16;
/** Rendezvous that one account may have announced and nobody has left yet. */
const MAX_ANNOUNCED = 16;
/** Bytes of the first line: the word, a space, the rendezvous. */
const MAX_LINE_BYTES = 64;
/** Bytes that may be kept for a caller whose partner isn't there yet. */
const MAX_EARLY_BYTES = 16 * 1024;

const ACCOUNT_SHUT_OUT = "the account was banned or removed";

/** 32 bytes in base64url, without padding. */
const RENDEZVOUS = /^[A-Za-z0-9_-]{43}$/;
const LF = 0x0a;
const log = getLogger(["chat", "relay"]);
const encoder = new TextEncoder();

/** What {@linkcode RelayServer.door} needs besides the connection. */
export interface RelayDoorOptions {
  readonly slot: Pick<Slot, "settle">;
  /** Told once, with the reason. */
  readonly onClosed: (reason: string) => void;
}

interface Caller {
  readonly connection: Connection;
  /** What came before the partner did. */
  early: Uint8Array;
  /** What was read last, while it is written to the partner. */
  buffer: Uint8Array;
  /** The two it is one of, once the other one is there. */
  pair: Pair | undefined;
  /** Why it is over. */
  why: string | undefined;
}

/** Two callers who have met. */
interface Pair {
  readonly account: string;
  readonly callers: readonly Caller[];
  /** When something passed last; milliseconds of the relay's clock. */
  movedAt: number;
}

interface Meeting {
  readonly account: string;
  readonly expiresAt: number;
  waiting: Caller | undefined;
}

/** At how many rendezvous there may be callers, those included at which two have met and still are. */
export interface RelayLimits {
  /** Announced by one account. */
  readonly perAccount: number;
  /** Announced by all. */
  readonly inAll: number;
}

/**
 * What a server with so many slots can spare: half of them for all, two fifths for one account. One pair is always
 * possible.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { relayLimits } from "./relay.ts";
 * assert.deepEqual(relayLimits(20), { perAccount: 4, inAll: 5 });
 * ```
 */
export function relayLimits(slots: number): RelayLimits {
  const share = (part: number) => Math.max(1, Math.floor(slots * part / SLOTS_PER_PAIR));
  return { perAccount: Math.min(MAX_PER_ACCOUNT, share(0.4)), inAll: share(0.5) };
}

/** The relay of one server. */
export class RelayServer {
  #meetings = new Map<string, Meeting>();
  #pairs = new Set<Pair>();
  #now: () => number;
  #limits: RelayLimits;

  /** @param now A steady clock, in milliseconds. */
  constructor(now: () => number, limits: RelayLimits) {
    this.#now = now;
    this.#limits = limits;
  }

  /** Lets two callers meet at a rendezvous. Announcing it twice, as both may do, is fine. */
  announce(name: string, rendezvous: string): "ok" | "malformed" | "too-many" {
    const account = foldName(name);
    if (!RENDEZVOUS.test(rendezvous)) return "malformed";
    this.#expire();
    if (this.#meetings.has(rendezvous)) return "ok";
    if (this.#hasAnnounced(account) >= MAX_ANNOUNCED || this.#isFull(account)) return "too-many";
    const expiresAt = this.#now() + RENDEZVOUS_MS;
    this.#meetings.set(rendezvous, { account, expiresAt, waiting: undefined });
    return "ok";
  }

  #hasAnnounced(account: string): number {
    return [...this.#meetings.values()].filter((one) => one.account === account).length;
  }

  /** Whether the account, or all, have no place for another caller. A rendezvous nobody came to takes none. */
  #isFull(account: string): boolean {
    const waited = [...this.#meetings.values()].filter(({ waiting }) => waiting !== undefined);
    const taken = [...waited, ...this.#pairs];
    const own = taken.filter((one) => one.account === account).length;
    return own >= this.#limits.perAccount || taken.length >= this.#limits.inAll;
  }

  /** Hangs up on callers whose partner did not come, or who say nothing to each other. Called now and then. */
  check(): void {
    this.#expire();
    const idleSince = this.#now() - IDLE_MS;
    this.#end((pair) => pair.movedAt < idleSince, "nothing passed for 5 minutes");
  }

  /** Hangs up on all whom this account has let meet. @returns how many connections that were. */
  hangUp(name: string): number {
    const account = foldName(name);
    let closed = 0;
    for (const [id, { account: own, waiting }] of this.#meetings) {
      if (own !== account) continue;
      this.#meetings.delete(id);
      if (!waiting) continue;
      hangUp(waiting, ACCOUNT_SHUT_OUT);
      closed++;
    }
    for (const pair of this.#pairs) if (pair.account === account) closed += pair.callers.length;
    this.#end((pair) => pair.account === account, ACCOUNT_SHUT_OUT);
    return closed;
  }

  /** What a caller's connection goes to. */
  door(connection: Connection, { slot, onClosed }: RelayDoorOptions): ConnectionEvents {
    const caller: Caller = {
      connection,
      early: new Uint8Array(0),
      buffer: new Uint8Array(0),
      pair: undefined,
      why: undefined,
    };
    let known = false;
    let isOver = false;
    const timer = setTimeout(() => refuse(caller, "no rendezvous in time"), RENDEZVOUS_MS);
    return {
      data: (bytes) => {
        if (caller.pair) return this.#forward(caller, caller.pair, bytes);
        caller.early = concatBytes([caller.early, bytes]);
        if (known) {
          if (caller.early.length > MAX_EARLY_BYTES) connection.pause();
          return;
        }
        const end = caller.early.indexOf(LF);
        if (end < 0 && caller.early.length <= MAX_LINE_BYTES) return;
        clearTimeout(timer);
        const line = new TextDecoder().decode(caller.early.subarray(0, Math.max(0, end))).trimEnd();
        caller.early = caller.early.slice(end + 1);
        known = true;
        if (this.#meet(line, caller)) slot.settle();
        else refuse(caller, "unknown rendezvous");
      },
      closed: (reason) => {
        clearTimeout(timer);
        caller.why ??= reason;
        this.#forget(caller);
        if (!isOver) onClosed(caller.why);
        isOver = true;
      },
    };
  }

  #meet(line: string, caller: Caller): boolean {
    this.#expire();
    const id = line.startsWith("RELAY ") ? line.slice(6) : "";
    const meeting = this.#meetings.get(id);
    if (!meeting) return false;
    if (!meeting.waiting) {
      if (this.#isFull(meeting.account)) return false;
      meeting.waiting = caller;
      return true;
    }
    this.#meetings.delete(id);
    this.#join(meeting.account, meeting.waiting, caller);
    log.info("relay: two callers of {account} met", { account: meeting.account });
    return true;
  }

  #forget(caller: Caller): void {
    for (const meeting of this.#meetings.values()) {
      if (meeting.waiting === caller) meeting.waiting = undefined;
    }
    const { pair } = caller;
    if (pair) this.#end((one) => one === pair, "the other side closed");
  }

  #join(account: string, first: Caller, second: Caller): void {
    const pair: Pair = { account, callers: [first, second], movedAt: this.#now() };
    this.#pairs.add(pair);
    first.pair = second.pair = pair;
    letHear(first, second);
    letHear(second, first);
  }

  /** One write at a time: the sender waits while the receiver's is under way, and its bytes lie in one buffer for all. */
  #forward(from: Caller, pair: Pair, bytes: Uint8Array): void {
    pair.movedAt = this.#now();
    const to = pair.callers.find((caller) => caller !== from);
    from.connection.pause();
    if (from.buffer.length < bytes.length) from.buffer = new Uint8Array(bytes.length);
    from.buffer.set(bytes);
    const done = () => from.connection.resume();
    to?.connection.write(from.buffer.subarray(0, bytes.length), done);
  }

  #end(isMeant: (pair: Pair) => boolean, why: string): void {
    for (const pair of this.#pairs) {
      if (!isMeant(pair) || !this.#pairs.delete(pair)) continue;
      for (const caller of pair.callers) hangUp(caller, why);
    }
  }

  #expire(): void {
    const now = this.#now();
    for (const [id, { expiresAt, waiting }] of this.#meetings) {
      if (expiresAt > now) continue;
      this.#meetings.delete(id);
      if (waiting) refuse(waiting, "the other side did not come");
    }
  }
}

/** Lets `caller` hear `partner`: first the word, then what came early. */
function letHear({ connection }: Caller, partner: Caller): void {
  const first = concatBytes([encoder.encode("OK\n"), partner.early]);
  partner.early = new Uint8Array(0);
  connection.write(first, () => partner.connection.resume());
}

function refuse(caller: Caller, reason: string): void {
  caller.connection.write(encoder.encode(`ERROR ${reason}\n`), () => {});
  hangUp(caller, reason);
}

function hangUp(caller: Caller, why: string): void {
  caller.why ??= why;
  caller.connection.end();
}
