/**
 * An accepted connection, from its handshake to its end, whatever its door.
 *
 * @module
 */
import type { Connection, ConnectionEvents } from "../../net/connection.ts";
import type { LiveConnection } from "../common/connections.ts";
import type { DoorName } from "../common/door_name.ts";
import type { DoorSession } from "../common/session_directory.ts";

/** The door of a connection, and its session there. */
export interface OpenedSession {
  readonly door: DoorName;
  readonly events: ConnectionEvents;
  readonly session: DoorSession | undefined;
}

/** State of a connection. */
type Stage =
  | { readonly at: "handshake"; readonly cut: () => void }
  | { readonly at: "connected"; readonly connection: Connection }
  | { readonly at: "entered"; readonly connection: Connection; readonly opened: OpenedSession }
  /** The server is closing it; its former state is still shown. */
  | { readonly at: "leaving"; readonly was: Exclude<Stage, { readonly at: "leaving" }> };

/** One accepted connection. */
export class AcceptedConnection implements LiveConnection {
  readonly address: string;
  readonly openedAt: number;
  #stage: Stage;

  /** @param cut Closes it during the handshake. */
  constructor({ address, openedAt }: { address: string; openedAt: number }, cut: () => void) {
    this.address = address;
    this.openedAt = openedAt;
    this.#stage = { at: "handshake", cut };
  }

  get door(): DoorName | undefined {
    return this.#opened?.door;
  }

  get transport(): LiveConnection["transport"] {
    const stage = this.#shown;
    if (stage.at === "handshake") return "new";
    return stage.connection.encrypted ? "tls" : "tcp";
  }

  get session(): DoorSession | undefined {
    return this.#opened?.session;
  }

  /** Whether the server is closing it. */
  get isOver(): boolean {
    return this.#stage.at === "leaving";
  }

  /** The handshake is done. */
  connected(connection: Connection): void {
    if (this.#stage.at === "handshake") this.#stage = { at: "connected", connection };
  }

  /** A door was opened; a second one if the default door was wrong. */
  enter(opened: OpenedSession): void {
    const stage = this.#stage;
    if (stage.at !== "connected" && stage.at !== "entered") return;
    this.#stage = { at: "entered", connection: stage.connection, opened };
  }

  hangUp(reason: string): void {
    const was = this.#stage;
    if (was.at === "leaving") return;
    this.#stage = { at: "leaving", was };
    switch (was.at) {
      case "handshake":
        return was.cut();
      case "entered":
        was.opened.events.closed(reason);
        return was.connection.end();
      case "connected":
        return was.connection.end();
    }
  }

  get #shown(): Exclude<Stage, { readonly at: "leaving" }> {
    return this.#stage.at === "leaving" ? this.#stage.was : this.#stage;
  }

  get #opened(): OpenedSession | undefined {
    const stage = this.#shown;
    return stage.at === "entered" ? stage.opened : undefined;
  }
}
