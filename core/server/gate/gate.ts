/**
 * The gate: admits connections, by bans, slots and throttles.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import type {
  Slot,
  SlotAnswer,
  Slots,
  UnconfirmedSlot,
  UnconfirmedSlotAnswer,
} from "../../net/slots.ts";
import type { Throttle } from "../../net/throttle.ts";
import { type Bans, describeBan } from "../accounts/bans.ts";
import type { KnownAddresses } from "../accounts/known_addresses.ts";
import type { Connections, LiveConnection } from "../common/connections.ts";
import type { Counters, Refusal } from "../common/counters.ts";
import { RateLimitedLog } from "../common/rate_limited_log.ts";

/** Shortest interval between two log lines about refusals of one kind, of which there may be thousands. */
const REFUSALS_LOGGED_MS = 1_000;

const EVICTED = "Slot needed by somebody else: sign in sooner";
const TOO_FAST = "connecting too fast";
const TOO_MANY = "too many connections from your address";

type SlotFault = Exclude<SlotAnswer | UnconfirmedSlotAnswer, { state: "ok" }>;

const log = getLogger(["chat", "server"]);

/** A refusal, with its reason in words for a person. */
export interface RefusedConnection {
  readonly state: "refused";
  readonly reason: string;
}

/** The slot of an admitted connection or session. */
export interface HeldSlot<S extends Slot> {
  readonly state: "ok";
  readonly slot: S;
  /** To be called once, when the connection or session is closed. */
  readonly released: () => void;
}

/** Options for a {@linkcode Gate}: what it checks, and where it counts. */
export interface GateOptions {
  readonly bans: Bans;
  readonly slots: Slots;
  readonly throttle: Throttle;
  readonly known: KnownAddresses;
  readonly connections: Connections;
  readonly counters: Counters;
  /** Milliseconds that never go back or jump. */
  readonly steadyNow: () => number;
}

/** Admits connections and UDP sessions: the only place that checks bans, slots and throttles for them. */
export class Gate {
  readonly #options: GateOptions;
  #logged = new Map<Refusal, RateLimitedLog>();

  /** Nothing is admitted yet. */
  constructor(options: GateOptions) {
    this.#options = options;
  }

  /** Called when the last slot is released. */
  onIdle: () => void = () => {};

  /** Decides on a new connection. */
  take(caller: LiveConnection): HeldSlot<Slot> | RefusedConnection {
    const { known, slots } = this.#options;
    const { address } = caller;
    return this.#decide(
      caller,
      (evict) => slots.take({ address, isKnown: known.has(address) }, evict),
    );
  }

  /** Decides on a UDP session, whose address may be forged. @param isShown The address was just confirmed by its code. */
  takeUnconfirmed(
    caller: LiveConnection,
    isShown: boolean,
  ): HeldSlot<UnconfirmedSlot> | RefusedConnection {
    const { known, slots } = this.#options;
    const { address } = caller;
    const request = { address, isKnown: known.has(address), isShown };
    return this.#decide(caller, (evict) => slots.takeUnconfirmed(request, evict));
  }

  /** Whether a session at this address would be admitted once the address is confirmed. */
  wouldAdmit(address: string): boolean {
    const { bans, known, slots } = this.#options;
    return !bans.ofAddress(address) && slots.hasRoomFor({ address, isKnown: known.has(address) });
  }

  /** Decides again once the address is confirmed. */
  confirm(slot: UnconfirmedSlot, address: string): Promise<{ state: "ok" } | RefusedConnection> {
    if (slot.confirm() === "ok") return this.mayConnect(address);
    return Promise.resolve(this.#refused("address", address, TOO_MANY));
  }

  /** Checks the rate of connections from this address. */
  async mayConnect(address: string): Promise<{ state: "ok" } | RefusedConnection> {
    const allowed = await this.#options.throttle.take({ to: "connect", address });
    return allowed.state === "ok" ? allowed : this.#refused("too-fast", address, TOO_FAST);
  }

  /** Counts and logs a failed TLS handshake. */
  handshakeFailed(address: string, reason: string): void {
    this.#note("handshake", address, `handshake failed: ${reason}`);
  }

  #decide<S extends Slot>(
    caller: LiveConnection,
    take: (evict: () => void) => { readonly state: "ok"; readonly slot: S } | SlotFault,
  ): HeldSlot<S> | RefusedConnection {
    const { bans, connections, counters, slots } = this.#options;
    const { address } = caller;
    const ban = bans.ofAddress(address);
    if (ban) return this.#refused("banned", address, describeBan(ban));
    const answer = take(() => {
      counters.refused.evicted++;
      caller.hangUp(EVICTED);
    });
    if (answer.state === "full") {
      const why = `server is full (${slots.used} of ${slots.total} slots in use)`;
      return this.#refused("full", address, why);
    }
    if (answer.state !== "ok") return this.#refused("address", address, TOO_MANY);
    const { slot } = answer;
    connections.add(caller);
    const released = () => {
      connections.delete(caller);
      slot.release();
      if (slots.used === 0) this.onIdle();
    };
    return { state: "ok", slot, released };
  }

  #refused(kind: Refusal, address: string, reason: string): RefusedConnection {
    this.#note(kind, address, reason);
    return { state: "refused", reason };
  }

  #note(kind: Refusal, address: string, reason: string): void {
    const { counters, steadyNow } = this.#options;
    counters.refused[kind]++;
    let seldom = this.#logged.get(kind);
    if (!seldom) this.#logged.set(kind, seldom = new RateLimitedLog(REFUSALS_LOGGED_MS));
    const turn = seldom.take(steadyNow());
    if (!turn) return;
    const since = turn.missed === 0 ? {} : { alsoRefused: turn.missed };
    const line = "refused: {address}, {reason}";
    // Scanners try every port on the internet: not worth a warning.
    if (kind === "handshake") log.info(line, { address, reason, ...since });
    else log.warn(line, { address, reason, ...since });
  }
}
