/**
 * The relay: connects two clients that cannot reach each other. The server copies bytes between them; they are the
 * ciphertext of a TLS link of the clients.
 *
 * The two agree on a rendezvous, 32 random bytes in base64url, and a signed-in one of them announces it over IRC
 * (`RELAY <rendezvous>`). Each opens a TLS connection with the ALPN `chat-relay/1` and sends
 * `RELAY <rendezvous>` and LF; when both are there, each gets `OK` and LF, and then the other's bytes.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import type { Connection, ConnectionEvents } from "../../../net/connection.ts";
import type { Slot } from "../../../net/slots.ts";
import type { RelayRendezvous } from "../../acts/context.ts";
import { RelayClient } from "./client.ts";
import { Meetings, type RelayLimits, type RelayPair } from "./meetings.ts";

/** Pairs without traffic for this long are closed. Idle links of `chat` still send a ping every 30 s. */
const IDLE_MS = 5 * 60_000;
/** Slots taken by a pair. */
const SLOTS_PER_PAIR = 2;
/** Upper limit of {@linkcode RelayLimits.perAccount}. */
const MAX_PER_ACCOUNT = 16;

const ACCOUNT_SHUT_OUT = "the account was shut out";

const log = getLogger(["chat", "relay"]);

/** Options for {@linkcode RelayServer.door}. */
export interface RelayDoorOptions {
  readonly slot: Pick<Slot, "settle">;
  /** Called once, with the reason. */
  readonly onClosed: (reason: string) => void;
}

/**
 * The limits for a number of slots: half of them for all, two fifths for one account. One pair is always
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
export class RelayServer implements RelayRendezvous {
  #meetings: Meetings<RelayClient>;
  #now: () => number;

  /** @param now A monotonic clock, in milliseconds. */
  constructor(now: () => number, limits: RelayLimits) {
    this.#now = now;
    this.#meetings = new Meetings(limits);
  }

  /** Announces a rendezvous for two clients. Both may announce it. */
  announce(name: string, rendezvous: string): "ok" | "malformed" | "too-many" {
    this.#expire();
    return this.#meetings.announce(name, rendezvous, this.#now());
  }

  /** Closes clients whose partner did not arrive, and idle pairs. To be called periodically. */
  check(): void {
    this.#expire();
    const idle = this.#meetings.partIdle(this.#now() - IDLE_MS);
    for (const pair of idle) hangUpBoth(pair, "nothing passed for 5 minutes");
  }

  /** Closes all connections at rendezvous of this account. @returns their number. */
  hangUp(name: string): number {
    const { waited, pairs } = this.#meetings.withdraw(name);
    for (const client of waited) client.hangUp(ACCOUNT_SHUT_OUT);
    for (const pair of pairs) hangUpBoth(pair, ACCOUNT_SHUT_OUT);
    return waited.length + 2 * pairs.length;
  }

  /** Handles a client's connection. */
  door(connection: Connection, { slot, onClosed }: RelayDoorOptions): ConnectionEvents {
    return new RelayClient(connection, {
      arrived: (client, rendezvous) => {
        if (this.#meet(client, rendezvous)) slot.settle();
        else client.refuse("unknown rendezvous");
      },
      closed: (client, reason) => {
        const parted = this.#meetings.leave(client);
        if (parted) hangUpBoth(parted, "the other side closed");
        onClosed(reason);
      },
    });
  }

  #meet(client: RelayClient, rendezvous: string): boolean {
    this.#expire();
    const arrival = this.#meetings.arrive(rendezvous, client, this.#now());
    if (arrival.state !== "met") return arrival.state === "waiting";
    const { pair } = arrival;
    RelayClient.join(pair.clients, () => pair.movedMs = this.#now());
    log.info("relay: two callers of {account} met", { account: pair.account });
    return true;
  }

  #expire(): void {
    for (const client of this.#meetings.expire(this.#now())) {
      client.refuse("the other side did not come");
    }
  }
}

function hangUpBoth({ clients }: RelayPair<RelayClient>, reason: string): void {
  for (const client of clients) client.hangUp(reason);
}
