/**
 * Refuses a connection with a reason, in the protocol that it speaks.
 *
 * @module
 */
import type { Connection } from "../../net/connection.ts";
import { chooseDoor, type DoorTable, lastDoor } from "./detect.ts";
import type { Door } from "./door.ts";

const encoder = new TextEncoder();

/** Options for {@linkcode refuse}. */
export interface RefuseOptions {
  readonly doors: DoorTable;
  /** The reason in words, lower case. */
  readonly reason: string;
  /** How long to wait for the first bytes, which determine the protocol. */
  readonly silenceMs: number;
}

/** Sends the reason in the connection's protocol, and closes. */
export function refuse(
  connection: Connection,
  { doors, reason, silenceMs }: RefuseOptions,
): void {
  let isRefused = false;
  const refuseAt = (door: Door) => {
    if (isRefused) return;
    isRefused = true;
    clearTimeout(timer);
    connection.write(encoder.encode(door.refuse(reason)), () => {});
    connection.end();
  };
  const timer = setTimeout(() => refuseAt(lastDoor(doors)), silenceMs);
  connection.open({
    data: (bytes) => refuseAt(chooseDoor(doors, bytes, connection.alpn) ?? lastDoor(doors)),
    closed: () => clearTimeout(timer),
  });
}
