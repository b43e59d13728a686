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
import type { Connection, ConnectionEvents } from "../net/connection.ts";
import type { Slot } from "../net/slots.ts";

/** How long a rendezvous is good for, from its announcement to the second caller. */
export const RENDEZVOUS_MS = 30_000;
/** Rendezvous one account may have open. */
export const MAX_PER_ACCOUNT = 16;
/** Bytes of the first line: the word, a space, the rendezvous. */
const MAX_LINE_BYTES = 64;
/** Bytes that may be kept for a caller whose partner isn't there yet. */
const MAX_EARLY_BYTES = 16 * 1024;

/** 32 bytes in base64url, without padding. */
const RENDEZVOUS = /^[A-Za-z0-9_-]{43}$/;
const LF = 0x0a;
const log = getLogger(["chat", "relay"]);
const encoder = new TextEncoder();

interface Caller {
  readonly connection: Connection;
  /** What came before the partner did. */
  early: Uint8Array;
  partner: Connection | undefined;
}

interface Meeting {
  readonly account: string;
  readonly expiresAt: number;
  waiting: Caller | undefined;
}

/** The relay of one server. */
export class Relay {
  #meetings = new Map<string, Meeting>();
  #now: () => number;

  /** @param now The clock, in milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Lets two callers meet at a rendezvous. Announcing it twice, as both may do, is fine. */
  announce(account: string, rendezvous: string): "ok" | "malformed" | "too-many" {
    if (!RENDEZVOUS.test(rendezvous)) return "malformed";
    this.#expire();
    if (this.#meetings.has(rendezvous)) return "ok";
    let open = 0;
    for (const meeting of this.#meetings.values()) if (meeting.account === account) open++;
    if (open >= MAX_PER_ACCOUNT) return "too-many";
    const expiresAt = this.#now() + RENDEZVOUS_MS;
    this.#meetings.set(rendezvous, { account, expiresAt, waiting: undefined });
    return "ok";
  }

  /** Hangs up on callers whose partner did not come. Called now and then. */
  check(): void {
    this.#expire();
  }

  /** What a caller's connection goes to. */
  door(connection: Connection, slot: Slot): ConnectionEvents {
    const caller: Caller = { connection, early: new Uint8Array(0), partner: undefined };
    let known = false;
    const timer = setTimeout(() => refuse(connection, "no rendezvous in time"), RENDEZVOUS_MS);
    return {
      data: (bytes) => {
        if (caller.partner) return forward(connection, caller.partner, bytes);
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
        else refuse(connection, "unknown rendezvous");
      },
      closed: () => {
        clearTimeout(timer);
        this.#forget(caller);
        caller.partner?.end();
      },
    };
  }

  #meet(line: string, caller: Caller): boolean {
    this.#expire();
    const id = line.startsWith("RELAY ") ? line.slice(6) : "";
    const meeting = this.#meetings.get(id);
    if (!meeting) return false;
    if (!meeting.waiting) {
      meeting.waiting = caller;
      return true;
    }
    this.#meetings.delete(id);
    join(meeting.waiting, caller);
    join(caller, meeting.waiting);
    log.info("relay: two callers of {account} met", { account: meeting.account });
    return true;
  }

  #forget(caller: Caller): void {
    for (const meeting of this.#meetings.values()) {
      if (meeting.waiting === caller) meeting.waiting = undefined;
    }
  }

  #expire(): void {
    const now = this.#now();
    for (const [id, { expiresAt, waiting }] of this.#meetings) {
      if (expiresAt > now) continue;
      this.#meetings.delete(id);
      if (waiting) refuse(waiting.connection, "the other side did not come");
    }
  }
}

/** Lets `caller` hear `partner`'s bytes: first the word, then what came early. */
function join(caller: Caller, partner: Caller): void {
  caller.partner = partner.connection;
  const { connection } = caller;
  const first = concatBytes([encoder.encode("OK\n"), partner.early]);
  partner.early = new Uint8Array(0);
  connection.write(first, () => partner.connection.resume());
}

/** One write at a time: the sender waits while the receiver's is under way. */
function forward(from: Connection, to: Connection, bytes: Uint8Array): void {
  from.pause();
  to.write(bytes.slice(), () => from.resume());
}

function refuse(connection: Connection, reason: string): void {
  connection.write(encoder.encode(`ERROR ${reason}\n`), () => {});
  connection.end();
}
