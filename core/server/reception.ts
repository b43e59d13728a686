/**
 * The reception: who gets a slot, who is turned away and why, and which door the others are led to.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import type { Admission, Connection } from "../net/connection.ts";
import type { Slot } from "../net/slots.ts";
import { describeBan } from "./bans.ts";
import type { ServerContext } from "./context.ts";
import type { Refusal } from "./counters.ts";
import { type DoorEvents, type DoorName, knock } from "./doors.ts";
import { Guest } from "./guest.ts";
import { httpDoor } from "./http_door.ts";
import { Faces } from "./irc/face.ts";
import { IrcSession } from "./irc/session.ts";
import { ptchatDoor } from "./ptchat/door.ts";
import { refuse } from "./refusal.ts";
import { Seldom } from "./seldom.ts";

/** Connections that are being told that there is no slot; more are hung up on without a word. */
const MAX_REFUSALS = 64;
/** Shortest pause between two log lines about refusals of one kind: they come by the thousand. */
const REFUSALS_LOGGED_MS = 1_000;

const EVICTED = "Slot needed by somebody else: sign in sooner";

const log = getLogger(["chat", "server"]);

/** A guest's way to a door. */
interface Arrival {
  readonly guest: Guest;
  readonly connection: Connection;
  readonly slot: Slot;
}

/** Receives connections for one server. */
export class Reception {
  #context: ServerContext;
  #faces = new Faces();
  #refusals = 0;
  #logged = new Map<Refusal, Seldom>();

  constructor(context: ServerContext) {
    this.#context = context;
  }

  /** Called when the last slot has been given back. */
  onIdle: () => void = () => {};

  /** Decides on a socket that has just been accepted. */
  admit(address: string): Admission | undefined {
    const { bans, connections, counters, now, slots } = this.#context;
    const ban = bans.ofAddress(address);
    if (ban) return this.#refusing("banned", address, describeBan(ban));
    const guest = new Guest(address, now());
    const answer = slots.take(address, () => {
      counters.refused.evicted++;
      guest.hangUp(EVICTED);
    });
    if (answer.state === "full") {
      const why = `server is full (${slots.used} of ${slots.total} slots in use)`;
      return this.#refusing("full", address, why);
    }
    if (answer.state !== "ok") {
      return this.#refusing("address", address, "too many connections from your address");
    }
    const { slot } = answer;
    connections.add(guest);
    return {
      opened: (connection) => {
        if (guest.isOver) return connection.destroy();
        guest.connected(connection);
        this.#receive({ guest, connection, slot });
      },
      released: () => {
        connections.delete(guest);
        slot.release();
        if (slots.used === 0) this.onIdle();
      },
    };
  }

  #refusing(kind: Refusal, address: string, reason: string): Admission | undefined {
    this.#note(kind, address, reason);
    if (this.#refusals >= MAX_REFUSALS) return undefined;
    this.#refusals++;
    return {
      opened: (connection) => refuse(connection, reason),
      released: () => this.#refusals--,
    };
  }

  #note(kind: Refusal, address: string, reason: string): void {
    const { counters, now } = this.#context;
    counters.refused[kind]++;
    let seldom = this.#logged.get(kind);
    if (!seldom) this.#logged.set(kind, seldom = new Seldom(REFUSALS_LOGGED_MS));
    const turn = seldom.take(now());
    if (!turn) return;
    const since = turn.missed === 0 ? {} : { alsoRefused: turn.missed };
    log.warn("refused: {address}, {reason}", { address, reason, ...since });
  }

  async #receive({ guest, connection, slot }: Arrival): Promise<void> {
    const { address } = connection;
    const allowed = await this.#context.throttle.take({ to: "connect", address });
    if (guest.isOver) return;
    if (allowed.state === "limited") {
      const reason = "connecting too fast";
      this.#note("too-fast", address, reason);
      return refuse(connection, reason);
    }
    knock(connection, {
      silenceMs: this.#context.deadlines.doorMs,
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
        return enter(httpDoor(connection));
      case "relay":
        return enter(context.relay.door(connection, slot));
      case "ptchat": {
        const { visitor, events } = ptchatDoor({ context, connection, slot, onClosed });
        guest.enter({ door, events, visitor });
        return events;
      }
      case "irc": {
        const session = new IrcSession({ context, connection, slot, faces: this.#faces, onClosed });
        context.directory.add(session);
        guest.enter({ door, events: session, visitor: session });
        return session;
      }
    }
  }
}
