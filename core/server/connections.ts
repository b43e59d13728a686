/**
 * Everything that is connected, of every door: for those who look after the server.
 *
 * @module
 */
import type { DoorSession } from "./session_directory.ts";
import type { DoorName } from "./doors/door.ts";

/** One connection, or one UDP session. */
export interface LiveConnection {
  /** IP address of the other end. */
  readonly address: string;
  /** When it came, by the server's steady clock. */
  readonly openedAt: number;
  /** `undefined` while it has not shown which it wants. */
  readonly door: DoorName | undefined;
  /** What carries it. */
  readonly transport: "tls" | "tcp" | "udp" | "new";
  /** Who is on it, where the door has somebody. */
  readonly session: DoorSession | undefined;
  /** Ends it; the other end is told the reason where its door can say it. */
  hangUp(reason: string): void;
}

/** The connections of one server. */
export class Connections {
  #all = new Set<LiveConnection>();

  /** How many there are. */
  get count(): number {
    return this.#all.size;
  }

  /** A connection was let in. */
  add(connected: LiveConnection): void {
    this.#all.add(connected);
  }

  /** A connection is over. */
  delete(connected: LiveConnection): void {
    this.#all.delete(connected);
  }

  /** All of them, oldest first. */
  [Symbol.iterator](): IterableIterator<LiveConnection> {
    return this.#all.values();
  }

  /**
   * Ends those that are meant.
   *
   * @returns how many.
   */
  hangUp(isMeant: (connected: LiveConnection) => boolean, reason: string): number {
    const meant = [...this.#all].filter(isMeant);
    for (const connected of meant) connected.hangUp(reason);
    return meant.length;
  }
}
