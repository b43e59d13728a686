/**
 * A door, as a value: one of the protocols that are spoken on a server's ports.
 *
 * @module
 */
import type { Connection, ConnectionEvents } from "../../net/connection.ts";
import type { Slot } from "../../net/slots.ts";
import type { PtchatLine } from "../../ptchat/line_splitter.ts";
import type { PtchatTransport } from "../ptchat/transport.ts";
import type { DoorSession } from "../session_directory.ts";

/** The names of all doors; behind "foreign" there is only the way out. */
export const DOOR_NAMES = ["irc", "http", "relay", "ptchat", "foreign"] as const;
/** One of {@linkcode DOOR_NAMES}. */
export type DoorName = typeof DOOR_NAMES[number];

/** Whether first bytes are for a door: "more" while more of them are needed to tell. */
export type DoorClaim = "yes" | "no" | "more";

/** One of the protocols that are spoken on a server's ports. */
export interface Door {
  readonly name: DoorName;
  /** Protocols to agree on by ALPN (RFC 7301), where a client asks. */
  readonly alpn: readonly string[];
  /**
   * Whether a connection that begins with these bytes is for this door. However the bytes are split, the verdict is the
   * same: after "yes" or "no", more of them change nothing.
   *
   * @param first All bytes that have come; none yet, perhaps.
   * @param alpn What was agreed on by ALPN.
   */
  claims(first: Uint8Array, alpn: string | undefined): DoorClaim;
  /**
   * As {@linkcode Door.claims}, for bytes that come after a silence for which the caller was taken for a person: whether
   * they are a program's beyond doubt.
   */
  claimsLate(first: Uint8Array): boolean;
  /** Begins with a connection that was let in. */
  open(arrival: StreamArrival): OpenedDoor;
  /** Begins with a caller whose lines come in datagrams; doors without it take connections alone. */
  openDatagrams?(arrival: DatagramArrival): DatagramSession;
  /** What a connection is sent that is not let in. @param reason In words for a person, lower case. */
  refuse(reason: string): string;
}

interface LetIn {
  readonly slot: Slot;
  /** To be called once when it is over, with the reason. */
  readonly onClosed: (reason: string) => void;
}

/** A connection that was let in. */
export interface StreamArrival extends LetIn {
  readonly connection: Connection;
}

/** A caller that was let in whose lines come in datagrams. */
export interface DatagramArrival extends LetIn {
  readonly transport: PtchatTransport;
}

/** What a door makes of a connection. */
export interface OpenedDoor {
  /** What the connection's events go to. */
  readonly events: DoorEvents;
  /** Who is on it, where the door has somebody. */
  readonly session?: DoorSession;
}

/** Where a connection's events go once its door is known. */
export interface DoorEvents extends ConnectionEvents {
  /** It was the wrong door, found out by the first bytes: forget the caller, the connection goes on elsewhere. */
  dismiss?(): void;
}

/** A session whose lines come in datagrams. */
export interface DatagramSession extends DoorSession {
  /** Whether a line is being worked on, or a password is the next one. */
  readonly isBusy: boolean;
  /** Takes one line; lines are worked off in order. */
  take(line: PtchatLine): void;
}

/** The line that a connection is refused or ended with, understood by IRC clients and by people. */
export function closingLine(reason: string): string {
  return `ERROR :Closing Link: ${reason}\r\n`;
}
