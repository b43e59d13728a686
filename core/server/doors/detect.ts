/**
 * Detects the protocol of a connection by its first bytes.
 *
 * @module
 */
import { concatBytes } from "../../ground/bytes.ts";
import type { Connection, ConnectionEvents } from "../../net/connection.ts";
import type { DatagramDoor, Door, DoorEvents } from "./door.ts";

/** The doors of a server, in the order in which they are asked: those chosen by ALPN first, the default last. */
export type DoorTable = readonly [...Door[], Door];

/** The default door: for silent connections, and for bytes that no other door claims. */
export function lastDoor(doors: DoorTable): Door {
  return doors[doors.length - 1]!;
}

/** The door for clients whose lines arrive in datagrams. @throws {TypeError} When there is none. */
export function datagramDoor(doors: DoorTable): DatagramDoor {
  const door = doors.find(takesDatagrams);
  if (!door) throw new TypeError("Cannot take datagrams: no door does");
  return door;
}

function takesDatagrams(door: Door): door is DatagramDoor {
  return door.openDatagrams !== undefined;
}

/** The first door that does not answer "no" decides. @returns `undefined` while more bytes are needed. */
export function chooseDoor(
  doors: DoorTable,
  first: Uint8Array,
  alpn: string | undefined,
): Door | undefined {
  for (const door of doors) {
    const claim = door.claims(first, alpn);
    if (claim !== "no") return claim === "yes" ? door : undefined;
  }
  return lastDoor(doors);
}

/** Options for {@linkcode detectDoor}. */
export interface DetectDoorOptions {
  readonly doors: DoorTable;
  /** Silence after which the default door is opened: probably a person at a line-based tool. */
  readonly silenceMs: number;
  /** Opens a door and returns its event handlers. Called a second time if the default door was wrong. */
  readonly open: (door: Door) => DoorEvents;
}

/** Waits for the first bytes of a connection, opens the door that claims them, and hands them over. */
export function detectDoor(
  connection: Connection,
  { doors, silenceMs, open }: DetectDoorOptions,
): void {
  let seen = new Uint8Array(0);
  const enter = (door: Door) => {
    clearTimeout(timer);
    const events = open(door);
    connection.handOver(events);
    if (seen.length > 0) events.data(seen);
    return events;
  };
  const look = () => {
    const door = chooseDoor(doors, seen, connection.alpn);
    if (door) enter(door);
  };
  const end = (events: ConnectionEvents) => events.ended ? events.ended() : connection.end();
  const timer = setTimeout(() => {
    const guessed = open(lastDoor(doors));
    connection.handOver({
      data(bytes) {
        seen = concatBytes([seen, bytes]);
        const door = guessed.dismiss && doors.find((door) => door.claimsLate(seen));
        if (door) {
          guessed.dismiss?.();
          enter(door);
        } else {
          connection.handOver(guessed);
          guessed.data(seen);
        }
      },
      ended: () => end(guessed),
      closed: (reason) => guessed.closed(reason),
    });
  }, silenceMs);
  connection.open({
    data(bytes) {
      seen = concatBytes([seen, bytes]);
      look();
    },
    ended: () => seen.length > 0 ? end(enter(lastDoor(doors))) : connection.end(),
    closed: () => clearTimeout(timer),
  });
  if (connection.alpn !== undefined) look();
}
