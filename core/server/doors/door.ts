/**
 * A door, as a value: one of the protocols on a server's ports.
 *
 * @module
 */
import type { Connection, ConnectionEvents } from "../../net/connection.ts";
import type { Slot } from "../../net/slots.ts";
import type { PtchatLine } from "../../ptchat/line_splitter.ts";
import type { DoorName } from "../common/door_name.ts";
import type { DoorSession } from "../common/session_directory.ts";
import type { PtchatTransport } from "./transport.ts";

/** A door's verdict on first bytes: "more" while more of them are needed. */
export type DoorClaim = "yes" | "no" | "more";

/** One of the protocols on a server's ports. */
export interface Door {
  readonly name: DoorName;
  /** Its protocol names for ALPN (RFC 7301). */
  readonly alpn: readonly string[];
  /**
   * Whether a connection that begins with these bytes is for this door. The verdict does not depend on how the bytes are
   * split: after "yes" or "no", more bytes do not change it.
   *
   * @param first All bytes received so far; may be empty.
   * @param alpn The protocol negotiated by ALPN.
   */
  claims(first: Uint8Array, alpn: string | undefined): DoorClaim;
  /**
   * As {@linkcode Door.claims}, for bytes that arrive after the default door was opened because of silence: whether a
   * program sent them, without doubt.
   */
  claimsLate(first: Uint8Array): boolean;
  /** Handles an admitted connection. */
  open(arrival: StreamArrival): OpenedDoor;
  /** Handles an admitted client whose lines arrive in datagrams; optional. */
  openDatagrams?(arrival: DatagramArrival): DatagramSession;
  /** The answer to a connection that is refused. @param reason In words for a person, lower case. */
  refuse(reason: string): string;
}

/** A door that takes datagrams as well. */
export type DatagramDoor = Door & Required<Pick<Door, "openDatagrams">>;

interface Admitted {
  readonly slot: Slot;
  /** To be called once when it is closed, with the reason. */
  readonly onClosed: (reason: string) => void;
}

/** An admitted connection. */
export interface StreamArrival extends Admitted {
  readonly connection: Connection;
}

/** An admitted client whose lines arrive in datagrams. */
export interface DatagramArrival extends Admitted {
  readonly transport: PtchatTransport;
}

/** The result of opening a door. */
export interface OpenedDoor {
  /** Handlers for the connection's events. */
  readonly events: DoorEvents;
  /** Its session, if the door has sessions. */
  readonly session?: DoorSession;
}

/** Handlers for a connection's events once its door is known. */
export interface DoorEvents extends ConnectionEvents {
  /** It was the wrong door, as the first bytes show: drop the session, another door gets the connection. */
  dismiss?(): void;
}

/** A session whose lines arrive in datagrams. */
export interface DatagramSession extends DoorSession {
  /** Whether a line is being handled, or the next one is a password. */
  readonly isBusy: boolean;
  /** Queues one line; lines are handled in order. */
  take(line: PtchatLine): void;
}

/** The last line to a connection that is refused or closed, readable for IRC clients and people. */
export function closingLine(reason: string): string {
  return `ERROR :Closing Link: ${reason}\r\n`;
}
