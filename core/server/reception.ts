/**
 * The reception: who gets a slot, who is turned away and why, and which door the others are led to.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import type { Admission, Connection } from "../net/connection.ts";
import { MAX_REFUSALS } from "../net/descriptors.ts";
import type { Slot, SlotAnswer, UnconfirmedSlot, UnconfirmedSlotAnswer } from "../net/slots.ts";
import { describeBan } from "./bans.ts";
import type { LiveConnection } from "./connections.ts";
import type { ServerContext } from "./context.ts";
import type { Refusal } from "./counters.ts";
import { detectDoor, type DoorEvents, type DoorName } from "./doors.ts";
import { foreignDoor } from "./foreign.ts";
import { AcceptedConnection } from "./accepted_connection.ts";
import { httpDoor } from "./http_door.ts";
import { dispatch } from "./irc/commands/mod.ts";
import { EventFormatters } from "./irc/event_formatter.ts";
import { openIrc } from "./irc/door.ts";
import { openPtchat } from "./ptchat/door.ts";
import { refuse } from "./refusal.ts";
import { RateLimitedLog } from "./rate_limited_log.ts";

/** Shortest pause between two log lines about refusals of one kind: they come by the thousand. */
const REFUSALS_LOGGED_MS = 1_000;

const EVICTED = "Slot needed by somebody else: sign in sooner";
const TOO_FAST = "connecting too fast";
const TOO_MANY = "too many connections from your address";

type SlotFault = Exclude<SlotAnswer | UnconfirmedSlotAnswer, { state: "ok" }>;

const log = getLogger(["chat", "server"]);

/** A guest's way to a door. */
interface Arrival {
  readonly guest: AcceptedConnection;
  readonly connection: Connection;
  readonly slot: Slot;
}

/** Why somebody is not let in, in words for a person. */
export interface RefusedConnection {
  readonly state: "refused";
  readonly reason: string;
}

/** A session of datagrams that was let in. */
export interface SessionAdmission {
  readonly state: "ok";
  readonly slot: UnconfirmedSlot;
  /** The session is over. */
  readonly released: () => void;
}

/** Receives connections, and sessions of datagrams, for one server. */
export class Reception {
  #context: ServerContext;
  #faces = new EventFormatters();
  #refusals = 0;
  #maxRefusals: number;
  #isClosed = false;
  #logged = new Map<Refusal, RateLimitedLog>();

  /** @param maxRefusals How many connections may be told why they are refused, at once. */
  constructor(context: ServerContext, maxRefusals = MAX_REFUSALS) {
    this.#context = context;
    this.#maxRefusals = maxRefusals;
  }

  /** Called when the last slot has been given back. */
  onIdle: () => void = () => {};

  /** Lets nobody in any more. */
  close(): void {
    this.#isClosed = true;
  }

  /** Decides on a socket that has just been accepted. @param cut Hangs up as long as its handshake is not done. */
  admit(address: string, cut: () => void): Admission | undefined {
    if (this.#isClosed) return undefined;
    const { known, slots, steadyNow } = this.#context;
    const guest = new AcceptedConnection({ address, openedAt: steadyNow() }, cut);
    const answer = this.#decide(
      guest,
      (evict) => slots.take({ address, isKnown: known.has(address) }, evict),
    );
    if (answer.state === "refused") return this.#refusing(answer.reason);
    const { slot, released } = answer;
    return {
      opened: (connection) => {
        if (guest.isOver) return connection.destroy();
        guest.connected(connection);
        this.#receive({ guest, connection, slot });
      },
      released,
    };
  }

  /** Decides on somebody whose datagrams may bear a forged address. @param isShown They have just sent its code. */
  admitSession(caller: LiveConnection, isShown: boolean): SessionAdmission | RefusedConnection {
    const { known, slots } = this.#context;
    const { address } = caller;
    const newcomer = { address, isKnown: known.has(address), isShown };
    return this.#decide(caller, (evict) => slots.takeUnconfirmed(newcomer, evict));
  }

  /** Whether somebody would be let in who showed that they are at this address. */
  wouldAdmit(address: string): boolean {
    const { bans, known, slots } = this.#context;
    return !bans.ofAddress(address) && slots.hasRoomFor({ address, isKnown: known.has(address) });
  }

  /** Decides again, once the caller's address is known to be theirs. */
  confirmSession(
    slot: UnconfirmedSlot,
    address: string,
  ): Promise<{ state: "ok" } | RefusedConnection> {
    if (slot.confirm() === "ok") return this.#mayConnect(address);
    return Promise.resolve(this.#refused("address", address, TOO_MANY));
  }

  /** Somebody came who does not speak TLS, or not to the end. */
  handshakeFailed(address: string, reason: string): void {
    this.#note("handshake", address, `handshake failed: ${reason}`);
  }

  async #mayConnect(address: string): Promise<{ state: "ok" } | RefusedConnection> {
    const allowed = await this.#context.throttle.take({ to: "connect", address });
    return allowed.state === "ok" ? allowed : this.#refused("too-fast", address, TOO_FAST);
  }

  /** The one place that looks at bans and slots. */
  #decide<S extends Slot>(
    caller: LiveConnection,
    take: (evict: () => void) => { readonly state: "ok"; readonly slot: S } | SlotFault,
  ): { readonly state: "ok"; readonly slot: S; readonly released: () => void } | RefusedConnection {
    const { bans, connections, counters, slots } = this.#context;
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

  #refusing(reason: string): Admission | undefined {
    if (this.#refusals >= this.#maxRefusals) return undefined;
    this.#refusals++;
    return {
      opened: (connection) => refuse(connection, reason, this.#context.deadlines.refusalMs),
      released: () => this.#refusals--,
    };
  }

  #note(kind: Refusal, address: string, reason: string): void {
    const { counters, steadyNow } = this.#context;
    counters.refused[kind]++;
    let seldom = this.#logged.get(kind);
    if (!seldom) this.#logged.set(kind, seldom = new RateLimitedLog(REFUSALS_LOGGED_MS));
    const turn = seldom.take(steadyNow());
    if (!turn) return;
    const since = turn.missed === 0 ? {} : { alsoRefused: turn.missed };
    const line = "refused: {address}, {reason}";
    // Scanners knock at every port of the internet: that is no warning.
    if (kind === "handshake") log.info(line, { address, reason, ...since });
    else log.warn(line, { address, reason, ...since });
  }

  async #receive({ guest, connection, slot }: Arrival): Promise<void> {
    const { address } = connection;
    const allowed = await this.#mayConnect(address);
    if (guest.isOver) return;
    const { doorMs, refusalMs } = this.#context.deadlines;
    if (allowed.state === "refused") return refuse(connection, allowed.reason, refusalMs);
    detectDoor(connection, {
      silenceMs: doorMs,
      open: (door) => {
        this.#context.counters.entered[door]++;
        log.info("connected: {address} by {door}", {
          address,
          door,
          transport: guest.transport,
          port: connection.port,
        });
        return this.#open(door, { guest, connection, slot });
      },
    });
  }

  #open(door: DoorName, { guest, connection, slot }: Arrival): DoorEvents {
    const context = this.#context;
    const { address } = connection;
    const onClosed = (reason: string) =>
      log.info("closed: {address}, {reason}", { address, reason, door, port: connection.port });
    const enter = (events: DoorEvents) => {
      guest.enter({ door, events, visitor: undefined });
      return events;
    };
    switch (door) {
      case "http":
        return enter(httpDoor(connection, onClosed));
      case "foreign":
        return enter(foreignDoor(connection, onClosed));
      case "relay":
        return enter(context.relay.door(connection, { slot, onClosed }));
      case "ptchat": {
        const { session, events } = openPtchat({ context, connection, slot, onClosed });
        context.directory.add(session);
        guest.enter({ door, events, visitor: session });
        return events;
      }
      case "irc": {
        const { session, events } = openIrc({
          ...{ context, connection, slot, dispatch, onClosed },
          faces: this.#faces,
        });
        context.directory.add(session);
        guest.enter({ door, events, visitor: session });
        return events;
      }
    }
  }
}
