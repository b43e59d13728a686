/**
 * A connection from the moment it was accepted, through whatever door, to its end.
 *
 * @module
 */
import type { Connection, ConnectionEvents } from "../net/connection.ts";
import type { LiveConnection } from "./connections.ts";
import type { DoorSession } from "./session_directory.ts";
import type { DoorName } from "./doors/door.ts";

/** What a door makes of a connection. */
export interface OpenedSession {
  readonly door: DoorName;
  readonly events: ConnectionEvents;
  readonly session: DoorSession | undefined;
}

/** One accepted connection. */
export class AcceptedConnection implements LiveConnection {
  readonly address: string;
  readonly openedAt: number;
  #cut: () => void;
  #connection: Connection | undefined;
  #entered: OpenedSession | undefined;
  #isOver = false;

  /** @param cut Hangs up as long as the handshake is not done. */
  constructor({ address, openedAt }: { address: string; openedAt: number }, cut: () => void) {
    this.address = address;
    this.openedAt = openedAt;
    this.#cut = cut;
  }

  get door(): DoorName | undefined {
    return this.#entered?.door;
  }

  get transport(): LiveConnection["transport"] {
    if (!this.#connection) return "new";
    return this.#connection.encrypted ? "tls" : "tcp";
  }

  get session(): DoorSession | undefined {
    return this.#entered?.session;
  }

  /** Whether it was hung up on: nothing more is to be done for it. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** The handshake is done. */
  connected(connection: Connection): void {
    this.#connection = connection;
  }

  /** It came to a door. */
  enter(entered: OpenedSession): void {
    this.#entered = entered;
  }

  hangUp(reason: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#entered?.events.closed(reason);
    if (this.#connection) this.#connection.end();
    else this.#cut();
  }
}
