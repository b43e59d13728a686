/**
 * The reception: who gets a slot, who is turned away and why, and which door the others are led to.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import type { Admission, Connection, ConnectionEvents } from "../net/connection.ts";
import type { Slot } from "../net/slots.ts";
import type { ServerContext } from "./context.ts";
import { type DoorEvents, type DoorName, knock } from "./doors.ts";
import { httpDoor } from "./http_door.ts";
import { Faces } from "./irc/face.ts";
import { IrcSession } from "./irc/session.ts";
import { ptchatDoor } from "./ptchat/door.ts";
import { refuse } from "./refusal.ts";

/** Connections that are being told that there is no slot; more are hung up on without a word. */
const MAX_REFUSALS = 64;

const EVICTED = "Slot needed by somebody else: sign in sooner";

const log = getLogger(["chat", "server"]);

/** Receives connections for one server. */
export class Reception {
  #context: ServerContext;
  #faces = new Faces();
  #refusals = 0;

  constructor(context: ServerContext) {
    this.#context = context;
  }

  /** Called when the last slot has been given back. */
  onIdle: () => void = () => {};

  /** Decides on a socket that has just been accepted. */
  admit(address: string): Admission | undefined {
    const { slots } = this.#context;
    const guest: { connection?: Connection; events?: ConnectionEvents; evicted: boolean } = {
      evicted: false,
    };
    const answer = slots.take(address, () => {
      guest.evicted = true;
      guest.events?.closed(EVICTED);
      guest.connection?.end();
    });
    if (answer.state === "full") {
      return this.#refusing(
        address,
        `server is full (${slots.used} of ${slots.total} slots in use)`,
      );
    }
    if (answer.state !== "ok") {
      return this.#refusing(address, "too many connections from your address");
    }
    const { slot } = answer;
    return {
      opened: (connection) => {
        if (guest.evicted) return connection.destroy();
        guest.connection = connection;
        this.#receive(connection, slot, (events) => guest.events = events);
      },
      released: () => {
        slot.release();
        if (slots.used === 0) this.onIdle();
      },
    };
  }

  #refusing(address: string, reason: string): Admission | undefined {
    log.warn("refused: {address}, {reason}", { address, reason });
    if (this.#refusals >= MAX_REFUSALS) return undefined;
    this.#refusals++;
    return {
      opened: (connection) => refuse(connection, reason),
      released: () => this.#refusals--,
    };
  }

  async #receive(
    connection: Connection,
    slot: Slot,
    entered: (events: ConnectionEvents) => void,
  ): Promise<void> {
    const { address } = connection;
    const allowed = await this.#context.throttle.take({ to: "connect", address });
    if (allowed.state === "limited") {
      log.warn("connections limited: {address}", { address });
      return refuse(connection, "connecting too fast");
    }
    knock(connection, {
      silenceMs: this.#context.deadlines.doorMs,
      open: (door) => {
        log.info("connected: {address} by {door}", { address, door });
        const events = this.#open(door, connection, slot);
        entered(events);
        return events;
      },
    });
  }

  #open(door: DoorName, connection: Connection, slot: Slot): DoorEvents {
    const context = this.#context;
    const { address } = connection;
    const onClosed = (reason: string) =>
      log.info("closed: {address}, {reason}", { address, reason });
    switch (door) {
      case "http":
        return httpDoor(connection);
      case "relay":
        return context.relay.door(connection, slot);
      case "ptchat":
        return ptchatDoor({ context, connection, slot, onClosed });
      case "irc": {
        const session = new IrcSession({ context, connection, slot, faces: this.#faces, onClosed });
        context.directory.add(session);
        return session;
      }
    }
  }
}
