/**
 * The relay: where two clients meet who cannot reach each other. The server copies bytes between them; what they
 * say is inside a TLS link of their own, so it carries ciphertext only.
 *
 * A signed-in client asks for a ticket over IRC (`RELAY`) and gives it to the other one. Each opens a TLS
 * connection with the ALPN `chat-relay/1` and sends `RELAY <ticket>` and LF; when both are there, each reads
 * `OK` and LF, and from then on the other one's bytes.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import type { Connection, ConnectionEvents } from "../net/connection.ts";
import type { Slot } from "../net/slots.ts";

/** How long a ticket is good for, from its making to the second caller. */
export const TICKET_MS = 30_000;
/** Tickets one account may have open. */
export const MAX_TICKETS_PER_ACCOUNT = 16;
/** Bytes of the first line: the word, a space, the ticket. */
const MAX_LINE_BYTES = 64;
/** Bytes that may be kept for a caller whose partner isn't there yet. */
const MAX_EARLY_BYTES = 16 * 1024;

const LF = 0x0a;
const log = getLogger(["chat", "relay"]);
const encoder = new TextEncoder();

interface Caller {
  readonly connection: Connection;
  /** What came before the partner did. */
  early: Uint8Array;
  partner: Connection | undefined;
}

interface Ticket {
  readonly account: string;
  readonly expiresAt: number;
  waiting: Caller | undefined;
}

/** The relay of one server. */
export class Relay {
  #tickets = new Map<string, Ticket>();
  #now: () => number;

  /** @param now The clock, in milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Makes a ticket for two callers. `undefined` when the account has too many open. */
  issue(account: string): string | undefined {
    this.#expire();
    let open = 0;
    for (const ticket of this.#tickets.values()) if (ticket.account === account) open++;
    if (open >= MAX_TICKETS_PER_ACCOUNT) return undefined;
    const id = crypto.getRandomValues(new Uint8Array(24)).toBase64({ alphabet: "base64url" });
    this.#tickets.set(id, { account, expiresAt: this.#now() + TICKET_MS, waiting: undefined });
    return id;
  }

  /** Hangs up on callers whose partner did not come. Called now and then. */
  check(): void {
    this.#expire();
  }

  /** What a caller's connection goes to. */
  door(connection: Connection, slot: Slot): ConnectionEvents {
    const caller: Caller = { connection, early: new Uint8Array(0), partner: undefined };
    let known = false;
    const timer = setTimeout(() => refuse(connection, "no ticket in time"), TICKET_MS);
    return {
      data: (bytes) => {
        if (caller.partner) return forward(connection, caller.partner, bytes);
        caller.early = concat(caller.early, bytes);
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
        else refuse(connection, "unknown ticket");
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
    const id = /^RELAY ([A-Za-z0-9_-]{32})$/.exec(line)?.[1];
    const ticket = id === undefined ? undefined : this.#tickets.get(id);
    if (id === undefined || !ticket) return false;
    if (!ticket.waiting) {
      ticket.waiting = caller;
      return true;
    }
    this.#tickets.delete(id);
    join(ticket.waiting, caller);
    join(caller, ticket.waiting);
    log.info("relay: two callers of {account} met", { account: ticket.account });
    return true;
  }

  #forget(caller: Caller): void {
    for (const ticket of this.#tickets.values()) {
      if (ticket.waiting === caller) ticket.waiting = undefined;
    }
  }

  #expire(): void {
    const now = this.#now();
    for (const [id, { expiresAt, waiting }] of this.#tickets) {
      if (expiresAt > now) continue;
      this.#tickets.delete(id);
      if (waiting) refuse(waiting.connection, "the other side did not come");
    }
  }
}

/** Lets `caller` hear `partner`'s bytes: first the word, then what came early. */
function join(caller: Caller, partner: Caller): void {
  caller.partner = partner.connection;
  const { connection } = caller;
  const first = concat(encoder.encode("OK\n"), partner.early);
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

function concat(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}
