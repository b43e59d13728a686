/**
 * The rendezvous of a relay: which are announced, which client waits at one, and which clients are paired. Pure: no
 * clock, no connection.
 *
 * @module
 */
import { foldName } from "../../../ground/names.ts";

/** Lifetime of a rendezvous, from its announcement to the arrival of the second client. */
export const RENDEZVOUS_MS = 30_000;
/** Announced rendezvous of one account that have not led to a pair yet. */
const MAX_ANNOUNCED = 16;
/** 32 bytes in base64url, without padding. */
const RENDEZVOUS = /^[A-Za-z0-9_-]{43}$/;

/** Limits on rendezvous with at least one client, pairs included. */
export interface RelayLimits {
  /** Announced by one account. */
  readonly perAccount: number;
  /** Announced by all. */
  readonly inAll: number;
}

/** Two connected clients. */
export interface RelayPair<C> {
  /** The account that announced their rendezvous, case-folded. */
  readonly account: string;
  readonly clients: readonly [C, C];
  /** Time of the last bytes between them. */
  movedMs: number;
}

/** Result of {@linkcode Meetings.arrive}. */
export type RelayArrival<C> =
  /** It was not announced, has expired, or a limit is reached. */
  | { readonly state: "unknown" }
  /** The other client is not there yet. */
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

  /** No rendezvous yet. */
  constructor(limits: RelayLimits) {
    this.#limits = limits;
  }

  /** Announces a rendezvous for two clients. Both may announce it. */
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

  /** A client arrives at a rendezvous. */
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

  /** A client has disconnected: if it waited, another one may take its place. @returns its pair, if it had one. */
  leave(client: C): RelayPair<C> | undefined {
    for (const meeting of this.#announced.values()) {
      if (meeting.waiting === client) meeting.waiting = undefined;
    }
    return this.#part(({ clients }) => clients.includes(client))[0];
  }

  /** Removes expired rendezvous. @returns the clients that waited there. */
  expire(nowMs: number): C[] {
    return this.#forget(({ expiresAt }) => expiresAt <= nowMs);
  }

  /** Removes pairs without traffic since `sinceMs`. @returns them. */
  partIdle(sinceMs: number): RelayPair<C>[] {
    return this.#part(({ movedMs }) => movedMs < sinceMs);
  }

  /** Removes all rendezvous and pairs of an account. @returns the clients concerned. */
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

  /** Whether a limit is reached. A rendezvous without a client does not count. */
  #isFull(account: string): boolean {
    const waited = [...this.#announced.values()].filter(({ waiting }) => waiting !== undefined);
    const taken = [...waited, ...this.#pairs];
    const own = taken.filter((one) => one.account === account).length;
    return own >= this.#limits.perAccount || taken.length >= this.#limits.inAll;
  }
}
