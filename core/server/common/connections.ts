/**
 * All open connections of every door, for `chat admin`.
 *
 * @module
 */
import type { DoorName } from "./door_name.ts";
import type { DoorSession } from "./session_directory.ts";

/** One connection, or one UDP session. */
export interface LiveConnection {
  /** IP address of the other end. */
  readonly address: string;
  /** When it was opened, by the server's monotonic clock. */
  readonly openedAt: number;
  /** `undefined` until the protocol is detected. */
  readonly door: DoorName | undefined;
  /** Its transport; "new" during the handshake. */
  readonly transport: "tls" | "tcp" | "udp" | "new";
  /** Its session, if the door has sessions. */
  readonly session: DoorSession | undefined;
  /** Closes it, with the reason if its protocol can express one. */
  hangUp(reason: string): void;
}

/** The connections of one server. */
export class Connections {
  #all = new Set<LiveConnection>();

  /** Number of connections. */
  get count(): number {
    return this.#all.size;
  }

  /** Adds an accepted connection. */
  add(connected: LiveConnection): void {
    this.#all.add(connected);
  }

  /** Removes a closed connection. */
  delete(connected: LiveConnection): void {
    this.#all.delete(connected);
  }

  /** All of them, oldest first. */
  [Symbol.iterator](): IterableIterator<LiveConnection> {
    return this.#all.values();
  }

  /**
   * Closes the connections that `matches` accepts.
   *
   * @returns how many.
   */
  hangUp(matches: (connected: LiveConnection) => boolean, reason: string): number {
    const matching = [...this.#all].filter(matches);
    for (const connected of matching) connected.hangUp(reason);
    return matching.length;
  }
}
