/**
 * Who may meet whom at a relay: which rendezvous are announced, who waits at one, and who have met. Pure: the time is
 * the caller's, and so is what a client is.
 *
 * @module
 */
import { foldName } from "../../../irc/names.ts";

/** How long a rendezvous is good for, from its announcement to the second client. */
export const RENDEZVOUS_MS = 30_000;
/** Rendezvous that one account may have announced at which no two have met yet. */
const MAX_ANNOUNCED = 16;
/** 32 bytes in base64url, without padding. */
const RENDEZVOUS = /^[A-Za-z0-9_-]{43}$/;

/** At how many rendezvous there may be clients, those included at which two have met and still are. */
export interface RelayLimits {
  /** Announced by one account. */
  readonly perAccount: number;
  /** Announced by all. */
  readonly inAll: number;
}

/** Two clients who have met. */
export interface RelayPair<C> {
  /** The account that announced their rendezvous, case-folded. */
  readonly account: string;
  readonly clients: readonly [C, C];
  /** When something passed between them last. */
  movedMs: number;
}

/** What comes of going to a rendezvous. */
export type RelayArrival<C> =
  /** Nobody announced it, it has expired, or there is no place. */
  | { readonly state: "unknown" }
  /** The other one is not there yet. */
  | { readonly state: "waiting" }
  | { readonly state: "met"; readonly pair: RelayPair<C> };

interface Meeting<C> {
  readonly account: string;
  readonly expiresAt: number;
  waiting: C | undefined;
}

/**
 * The meetings of one relay.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { Meetings } from "./meetings.ts";
 * const meetings = new Meetings<string>({ perAccount: 4, inAll: 5 });
 * const where = "x".repeat(43);
 * assert.equal(meetings.announce("amy", where, 0), "ok");
 * assert.equal(meetings.arrive(where, "amy's client", 1).state, "waiting");
 * assert.equal(meetings.arrive(where, "bob's client", 2).state, "met");
 * assert.equal(meetings.arrive(where, "eve's client", 3).state, "unknown");
 * ```
 */
export class Meetings<C> {
  readonly #limits: RelayLimits;
  readonly #announced = new Map<string, Meeting<C>>();
  readonly #pairs = new Set<RelayPair<C>>();

  /** None yet. */
  constructor(limits: RelayLimits) {
    this.#limits = limits;
  }

  /** Lets two clients meet at a rendezvous. Announcing it twice, as both may do, is fine. */
  announce(name: string, rendezvous: string, nowMs: number): "ok" | "malformed" | "too-many" {
    if (!RENDEZVOUS.test(rendezvous)) return "malformed";
    if (this.#announced.has(rendezvous)) return "ok";
    const account = foldName(name);
    const own = [...this.#announced.values()].filter((one) => one.account === account).length;
    if (own >= MAX_ANNOUNCED || this.#isFull(account)) return "too-many";
    const expiresAt = nowMs + RENDEZVOUS_MS;
    this.#announced.set(rendezvous, { account, expiresAt, waiting: undefined });
    return "ok";
  }

  /** A client comes to a rendezvous. */
  arrive(rendezvous: string, client: C, nowMs: number): RelayArrival<C> {
    const meeting = this.#announced.get(rendezvous);
    if (!meeting || meeting.expiresAt <= nowMs) return { state: "unknown" };
    const { account, waiting } = meeting;
    if (waiting === undefined) {
      if (this.#isFull(account)) return { state: "unknown" };
      meeting.waiting = client;
      return { state: "waiting" };
    }
    this.#announced.delete(rendezvous);
    const pair: RelayPair<C> = { account, clients: [waiting, client], movedMs: nowMs };
    this.#pairs.add(pair);
    return { state: "met", pair };
  }

  /** A client is gone: where it waited, another one may come. @returns the two who part by that. */
  leave(client: C): RelayPair<C> | undefined {
    for (const meeting of this.#announced.values()) {
      if (meeting.waiting === client) meeting.waiting = undefined;
    }
    return this.#part(({ clients }) => clients.includes(client))[0];
  }

  /** Forgets the rendezvous that have expired. @returns who waited there in vain. */
  expire(nowMs: number): C[] {
    return this.#forget(({ expiresAt }) => expiresAt <= nowMs);
  }

  /** Parts those between whom nothing has passed since then. @returns them. */
  partIdle(sinceMs: number): RelayPair<C>[] {
    return this.#part(({ movedMs }) => movedMs < sinceMs);
  }

  /** Ends all that an account has announced. @returns who waited there, and who had met. */
  withdraw(name: string): { readonly waited: C[]; readonly pairs: RelayPair<C>[] } {
    const account = foldName(name);
    return {
      waited: this.#forget((meeting) => meeting.account === account),
      pairs: this.#part((pair) => pair.account === account),
    };
  }

  #part(isMeant: (pair: RelayPair<C>) => boolean): RelayPair<C>[] {
    const parted = [...this.#pairs].filter(isMeant);
    for (const pair of parted) this.#pairs.delete(pair);
    return parted;
  }

  #forget(isMeant: (meeting: Meeting<C>) => boolean): C[] {
    const waited: C[] = [];
    for (const [id, meeting] of this.#announced) {
      if (!isMeant(meeting)) continue;
      this.#announced.delete(id);
      if (meeting.waiting !== undefined) waited.push(meeting.waiting);
    }
    return waited;
  }

  /** Whether the account, or all, have no place for another client. A rendezvous nobody came to takes none. */
  #isFull(account: string): boolean {
    const waited = [...this.#announced.values()].filter(({ waiting }) => waiting !== undefined);
    const taken = [...waited, ...this.#pairs];
    const own = taken.filter((one) => one.account === account).length;
    return own >= this.#limits.perAccount || taken.length >= this.#limits.inAll;
  }
}
